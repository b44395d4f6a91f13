import type { Knex } from 'knex';

/**
 * One function cuts a text into words, for what is looked for as for what it is looked for in: `cut_words`, and
 * `plain_words` where capitals and accents do not count. Anything but a letter or a digit stands between words; letters
 * apart (« S.D.I.S. », « C C A S », « R & D ») are one word; an elided article (« l’A.D.M.R. ») stays out of it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(WORDS);
  await knex.raw(PEOPLE);
  await knex.raw(CATALOGUE);
}

// A question mark that is no binding is written « \? ».
const WORDS = `
  create function cut_keeping(value text, kept text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      cut text := regexp_replace(value,
        '(\\?<=\\m[[:alpha:]])(\\?:\\.[[:space:]]\\?|[[:space:]]|[[:space:]]\\?&[[:space:]]\\?)(\\?=[[:alpha:]](\\?![[:alnum:]''’]))',
        '', 'g');
    begin
      return btrim(regexp_replace(cut, '[^[:alnum:]' || kept || ']+', ' ', 'g'));
    end $$;

  create function cut_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$ begin return public.cut_keeping(value, ''); end $$;

  create function plain_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      folded text := lower(public.immutable_unaccent(value));
    begin
      -- Half of the names of SIRENE have nothing to cut: an import of a million is that much shorter.
      if folded ~ '^[a-z0-9]+( [a-z0-9]+)*$' and ' ' || folded || ' ' not like '% _ _ %' then
        return folded;
      end if;
      return public.cut_keeping(folded, '');
    end $$;

  -- What was typed, as patterns that a text in plain words must all match. Nothing typed matches everything; signs
  -- without a word match nothing.
  create function word_patterns(typed text) returns text[]
    language sql immutable parallel safe as $$
    select case when coalesce(typed, '') = '' then array['%']
                when plain_words(typed) = '' then array[cast(null as text)]
                else (select array_agg('%' || word || '%')
                        from unnest((string_to_array(plain_words(typed), ' '))[1:12]) word) end $$;

  -- The same as one pattern, in the order typed, which an index of trigrams serves.
  create function words_pattern(typed text) returns text
    language sql immutable parallel safe as $$
    select case when coalesce(typed, '') = '' then '%'
                else '%' || replace(nullif(plain_words(typed), ''), ' ', '%') || '%' end $$;
`;

const PEOPLE = `
  -- The first name again after the last: « Ada Martin » and « Martin Ada » are both found. The apostrophe keeps an
  -- initial at the end of one from those at the beginning of the next.
  create function person_words(first_name text, last_name text, email citext) returns text
    language plpgsql immutable parallel safe strict as $$
    begin
      return public.plain_words(first_name || ' '' ' || last_name || ' '' ' || first_name || ' '' ' || cast(email as text));
    end $$;
  drop index users_search, users_words;
  create index users_words on users using gin (person_words(first_name, last_name, email) gin_trgm_ops);
`;

const CATALOGUE = `
  alter table actions drop search_title;
  alter table actions add search_title text not null generated always as (plain_words(title)) stored;
  create index actions_title on actions using gin (search_title gin_trgm_ops);

  -- The words of a text for its vector: cut before PostgreSQL's parser takes « Word/Excel » for a file and
  -- « prise.en.main » for a host; where letters apart make a word, each alone as well (« langage C à l’école »).
  create function document_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      spaced text := btrim(regexp_replace(value, '[^[:alnum:]]+', ' ', 'g'));
      cut text := public.cut_words(value);
    begin
      return case when cut = spaced then spaced else spaced || ' ' || cut end;
    end $$;

  -- What was typed, cut in the same way; quotes and the « - » before a word keep their meaning.
  create function query_words(typed text) returns text
    language sql immutable parallel safe strict as $$
    select cut_keeping(regexp_replace(regexp_replace(typed, '([^[:space:]"-])-+', '\\1, ', 'g'),
                                      '-(\\?![[:alnum:]"])', ' ', 'g'), '"-') $$;

  create or replace function keep_action_document() returns trigger language plpgsql as $$
  declare
    labels text;
  begin
    select k.label || ' '' ' || t.label || ' '' ' || p.name || ' '' ' || coalesce(p.acronym, '') into labels
      from action_kinds k, themes t, structures p
     where k.id = new.kind_id and t.id = new.theme_id and p.id = new.provider_id;
    new.search_document :=
      setweight(to_tsvector('french_unaccent', document_words(new.title)), 'A') ||
      setweight(to_tsvector('french_unaccent', document_words(new.objectives)), 'B') ||
      setweight(to_tsvector('french_unaccent',
        document_words(new.audience || ' '' ' || new.programme || ' '' ' || new.trainer)), 'C') ||
      to_tsvector('french_unaccent', document_words(coalesce(labels, '')));
    return new;
  end $$;

  create or replace function catalogue_words_of(value text) returns setof text
    language sql immutable parallel safe as $$
    select distinct word from unnest(string_to_array(plain_words(value), ' ')) word where length(word) > 2 $$;

  update actions set title = title;
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function keep_action_document() returns trigger language plpgsql as $$
    declare
      labels text;
    begin
      select k.label || ' ' || t.label || ' ' || p.name || ' ' || coalesce(p.acronym, '') into labels
        from action_kinds k, themes t, structures p
       where k.id = new.kind_id and t.id = new.theme_id and p.id = new.provider_id;
      new.search_document :=
        setweight(to_tsvector('french_unaccent', plain_spaces(new.title)), 'A') ||
        setweight(to_tsvector('french_unaccent', plain_spaces(new.objectives)), 'B') ||
        setweight(to_tsvector('french_unaccent',
          plain_spaces(new.audience || ' ' || new.programme || ' ' || new.trainer)), 'C') ||
        to_tsvector('french_unaccent', plain_spaces(coalesce(labels, '')));
      return new;
    end $$;
    create or replace function catalogue_words_of(value text) returns setof text
      language sql immutable parallel safe as $$
      select distinct word
        from regexp_split_to_table(lower(immutable_unaccent(plain_spaces(value))), '[^[:alnum:]]+') word
       where length(word) > 2
    $$;
    update actions set title = title;
    alter table actions drop search_title;
    alter table actions add search_title text not null
      generated always as (lower(immutable_unaccent(plain_spaces(title)))) stored;
    create index actions_title on actions using gin (search_title gin_trgm_ops);

    drop index users_words;
    create index users_words on users using gin
      (lower(immutable_unaccent(first_name || ' ' || last_name || ' ' || first_name || ' ' || cast(email as text)))
       gin_trgm_ops);
    create index users_search on users using gin
      (lower(immutable_unaccent(first_name || ' ' || last_name || ' ' || first_name || ' ' || cast(email as text)))
       gin_trgm_ops);
    drop function query_words, document_words, person_words, words_pattern, word_patterns, plain_words, cut_words,
      cut_keeping;
  `);
}
