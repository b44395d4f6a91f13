import type { Knex } from 'knex';

/** What a search keeps in memory, by table: which formation a row is of, and the columns that it keeps. */
const WATCHED: Readonly<Record<string, { key: string; offer: string; from?: string; columns: string[] }>> = {
  offers: {
    key: 'id',
    offer: 'r.id',
    columns: ['state', 'structure_id', 'exit_level', 'certifying', 'formacodes'],
  },
  offer_documents: {
    key: 'offer_id',
    offer: 'r.offer_id',
    columns: ['document', 'title_words', 'label_words'],
  },
  offer_actions: {
    key: 'id',
    offer: 'r.offer_id',
    columns: [
      ...[
        'offer_id',
        'publics',
        'teaching_mode',
        'entry_mode',
        'conventioned',
        'programme_id',
        'archived_at',
      ],
      ...['place_city', 'department', 'latitude', 'longitude', 'remote'],
    ],
  },
  offer_sessions: {
    key: 'id',
    offer: 'r.offer_id',
    columns: [...['action_id', 'starts_on', 'ends_on', 'date_precision', 'recruiting', 'has_place', 'state']],
  },
  information_meetings: {
    key: 'id',
    offer: 's.offer_id',
    from: 'join offer_sessions s on s.id = r.session_id',
    columns: ['session_id', 'kind', 'starts_at', 'cancelled_at'],
  },
};

/** What all formations hang on: rarely changed. */
const LISTS = ['programmes', 'formacodes', 'certifications'];

/** The triggers of a table: once a statement, however many rows it changes. */
function noteOf([table, { key, offer, from = '', columns }]: [string, (typeof WATCHED)[string]]): string {
  const note = (rows: string) =>
    `insert into offer_changes (offer_id) select distinct ${offer} from ${rows} r ${from} on conflict do nothing`;
  const row = (of: string) => `(${columns.map((column) => `${of}.${column}`).join(', ')})`;
  const changed = (of: string) =>
    `select ${of}.* from added n join gone o on o.${key} = n.${key} where ${row('n')} is distinct from ${row('o')}`;
  return `
    create function note_${table}() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then ${note('added')};
      elsif tg_op = 'DELETE' then ${note('gone')};
      else ${note(`(${changed('n')} union all ${changed('o')})`)};
      end if;
      return null;
    end $$;
    create trigger ${table}_noted_new after insert on ${table} referencing new table as added
      for each statement execute function note_${table}();
    create trigger ${table}_noted_gone after delete on ${table} referencing old table as gone
      for each statement execute function note_${table}();
    create trigger ${table}_noted_changed after update on ${table} referencing old table as gone new table as added
      for each statement execute function note_${table}();`;
}

/**
 * Finding formations: the words that a search looks in, apart from the offers so that it reads little, and the numbers of
 * those that changed, by which each process keeps what it filters by up to date (docs/decisions/171).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The words of a formation: of its title; of that with its certifications, its domains and its body; of everything.
    create table offer_documents (
      offer_id integer primary key references offers on delete cascade,
      title tsvector not null,
      head tsvector not null,
      document tsvector not null,
      -- Those of the title, then those of the rest of the head, as they are written: for words that are mistyped.
      title_words text[] not null,
      label_words text[] not null
    );
    -- A search that finds half of them reads a number of each, and no words.
    alter table offer_documents set (toast_tuple_target = 128);
    create index offer_documents_title on offer_documents using gin (title);
    create index offer_documents_head on offer_documents using gin (head);
    create index offer_documents_document on offer_documents using gin (document);

    -- Every word of a head: once, or twice where two brought it at the same moment, since nobody waits for anybody's word.
    create table offer_words (word text not null);
    create index offer_words_word on offer_words (word);
    create index offer_words_letters on offer_words using gin (word gin_trgm_ops);

    -- Formations whose words are to be written yet, after an import of many.
    create table offer_documents_due (offer_id integer primary key references offers on delete cascade);

    create function write_offer_documents(ids integer[]) returns void language plpgsql as $$
    begin
      with labelled as materialized (
        select o.id, o.title, o.objective, o.lheo,
               concat_ws(' ',
                 (select string_agg(c.label, ' ') from certifications c
                   where (c.kind = 'RNCP' and c.code = any (o.rncp)) or (c.kind = 'RS' and c.code = any (o.rs))),
                 (select string_agg(f.label || ' ' || f.domain, ' ') from formacodes f
                   where f.code = any (cast(o.formacodes as char(5)[]))),
                 s.name, s.acronym) as labels
          from offers o join structures s on s.id = o.structure_id
         where o.id = any (ids)
      ), cut as (
        select l.id,
               setweight(to_tsvector('french_unaccent', document_words(l.title)), 'A') as title,
               setweight(to_tsvector('french_unaccent', document_words(l.labels)), 'B') as labels,
               to_tsvector('french_unaccent', document_words(concat_ws(' ', l.objective, (
                 select string_agg(e ->> 'text', ' ') from jsonb_array_elements(l.lheo -> 'children') e
                  where e ->> 'name' in ('contenu-formation', 'resultats-attendus'))))) as rest,
               array(select catalogue_words_of(l.title) order by 1) as title_words,
               array(select catalogue_words_of(l.labels) order by 1) as label_words
          from labelled l
      ), known as (
        insert into offer_words
        select distinct word from cut, unnest(title_words || label_words) word
         where not exists (select from offer_words known where known.word = word.word)
      )
      insert into offer_documents as d
      select id, title, title || labels, title || labels || rest, title_words, label_words from cut order by id
          on conflict (offer_id) do update
             set title = excluded.title, head = excluded.head, document = excluded.document,
                 title_words = excluded.title_words, label_words = excluded.label_words
           where (d.document, d.head, d.title_words, d.label_words)
                 is distinct from (excluded.document, excluded.head, excluded.title_words, excluded.label_words);
    end $$;

    -- At once, except in a session that says « later »: whoever brings many has them written afterwards.
    create function keep_offer_documents() returns trigger language plpgsql as $$
    declare
      ids integer[];
    begin
      if tg_op = 'INSERT' then
        ids := array(select id from added order by id);
      else
        ids := array(select n.id from added n join gone o using (id)
                      where (n.title, n.objective, n.rncp, n.rs, n.formacodes, n.structure_id, n.lheo)
                            is distinct from (o.title, o.objective, o.rncp, o.rs, o.formacodes, o.structure_id, o.lheo)
                      order by n.id);
      end if;
      if current_setting('rafael.documents', true) = 'later' then
        insert into offer_documents_due select unnest(ids) on conflict do nothing;
      elsif cardinality(ids) > 0 then
        perform write_offer_documents(ids);
      end if;
      return null;
    end $$;
    create trigger offers_documents_new after insert on offers referencing new table as added
      for each statement execute function keep_offer_documents();
    create trigger offers_documents after update on offers referencing old table as gone new table as added
      for each statement execute function keep_offer_documents();

    -- A body that is renamed is found under its new name.
    create function renew_body_documents() returns trigger language plpgsql as $$
    begin
      perform write_offer_documents(array(select id from offers where structure_id = new.id));
      return null;
    end $$;
    create trigger structures_offer_documents after update of name, acronym on structures
      for each row when ((old.name, old.acronym) is distinct from (new.name, new.acronym) and new.is_training_body)
      execute function renew_body_documents();

    create function resembling_offer_words(term text) returns table (word text, likeness real)
      language sql stable rows 10 set pg_trgm.word_similarity_threshold = 0.38
      as $$ select w.word, word_similarity(term, w.word) as likeness from offer_words w where term <% w.word
             group by w.word order by likeness desc, w.word limit 40 $$;

    -- The last day on which a session may begin: its month or its year is all that some say.
    create function last_start(starts_on date, known text) returns date language sql immutable parallel safe
      return case known when 'month' then cast(date_trunc('month', starts_on) + interval '1 month - 1 day' as date)
                        when 'year' then make_date(cast(extract(year from starts_on) as integer), 12, 31)
                        else starts_on end;

    -- By the index of words whatever their number, as a search never reads the words of all; planned for the column.
    create function matching_offers(field text, words tsquery) returns setof integer
      language plpgsql stable rows 500 set enable_seqscan = off
    as $$ begin
      case field
        when 'title' then return query select offer_id from offer_documents where title @@ words;
        when 'head' then return query select offer_id from offer_documents where head @@ words;
        else return query select offer_id from offer_documents where document @@ words;
      end case;
    end $$;

    -- Which formations changed, by the transaction that changed them; 0 stands for all, where a list of words or of
    -- programmes did. Only added to, so that nobody waits for anybody.
    create table offer_changes (
      changed_in xid8 not null default pg_current_xact_id(),
      offer_id integer not null,
      primary key (changed_in, offer_id)
    );
    -- Older ones are not kept: whoever last looked before reads everything again.
    create table offer_changes_kept (
      id integer primary key check (id = 1),
      since xid8 not null,
      -- From where on they are kept after the next time that some are forgotten.
      next_since xid8 not null
    );
    insert into offer_changes_kept values (1, '0', '0');

    create function note_all_offers() returns trigger language plpgsql as $$
    begin
      insert into offer_changes (offer_id) values (0) on conflict do nothing;
      return null;
    end $$;
    ${Object.entries(WATCHED).map(noteOf).join('\n')}
    ${LISTS.map(
      (table) => `create trigger ${table}_offer_changes after insert or update or delete on ${table}
      for each statement execute function note_all_offers();`,
    ).join('\n')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  const triggers = [
    ...Object.keys(WATCHED).flatMap((table) =>
      ['new', 'gone', 'changed'].map((when) => `drop trigger ${table}_noted_${when} on ${table};`),
    ),
    ...LISTS.map((table) => `drop trigger ${table}_offer_changes on ${table};`),
    ...Object.keys(WATCHED).map((table) => `drop function note_${table}();`),
  ];
  await knex.raw(`
    ${triggers.join('\n')}
    drop trigger structures_offer_documents on structures;
    drop trigger offers_documents on offers;
    drop trigger offers_documents_new on offers;
    drop function note_all_offers(), last_start(date, text), matching_offers(text, tsquery), resembling_offer_words(text), renew_body_documents(), keep_offer_documents(),
      write_offer_documents(integer[]);
    drop table offer_changes_kept, offer_changes, offer_documents_due, offer_words, offer_documents;`);
}
