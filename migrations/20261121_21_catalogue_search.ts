import type { Knex } from 'knex';

/**
 * The catalogue at size: the words of kinds, themes and providers are kept with those of each action, seats taken are
 * kept with each session, so that a search reads indexes alone and never counts enrolments.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(SEATS);
  await knex.raw(PLACES);
  await knex.raw(WORDS);
  await knex.raw(INDEXES);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger enrolments_seats on enrolments;
    drop trigger actions_document on actions;
    drop trigger actions_words on actions;
    drop trigger kinds_documents on action_kinds;
    drop trigger themes_documents on themes;
    drop trigger providers_documents on structures;
    drop function keep_seat_counts, shift_seat_counts, holds_seat, is_live_request, keep_action_document,
      keep_action_words, renew_documents, resembling_words, matching_actions,
      catalogue_words_of;
    drop table action_words, catalogue_words;
    drop index actions_catalogue;
    alter table sessions drop seats_held cascade, drop live_requests cascade, drop waitlisted, drop city_key;
    drop index if exists sessions_coming, sessions_starts;
    drop function place_key(text);
    alter table actions drop search_document;
    alter table actions add search_document tsvector not null generated always as (
      setweight(to_tsvector('french_unaccent', plain_spaces(title)), 'A') ||
      setweight(to_tsvector('french_unaccent', plain_spaces(objectives)), 'B') ||
      setweight(to_tsvector('french_unaccent', plain_spaces(audience || ' ' || programme || ' ' || trainer)), 'C')
    ) stored;
    create index actions_search on actions using gin (search_document);
  `);
}

const SEATS = `
  alter table sessions
    -- Kept by the trigger of enrolments, in the transaction of each change and under the locks that it holds.
    add seats_held integer not null default 0 check (seats_held >= 0),
    add live_requests integer not null default 0 check (live_requests >= 0),
    add waitlisted integer not null default 0 check (waitlisted >= 0);
  -- Changes far less often than the counts: the index that holds it is left alone by most enrolments.
  alter table sessions add has_place boolean not null generated always as
    (seats_held < capacity and live_requests < capacity + waiting_capacity) stored;

  create function holds_seat(state text) returns integer language sql immutable parallel safe as
    $$ select case when state in ('preregistered', 'enrolled', 'attended', 'absent') then 1 else 0 end $$;
  create function is_live_request(state text) returns integer language sql immutable parallel safe as
    $$ select case when state in ('requested', 'waitlisted', 'preregistered', 'enrolled') then 1 else 0 end $$;

  create function shift_seat_counts(session integer, before text, after text) returns void language sql as $$
    update sessions
       set seats_held = seats_held + holds_seat(after) - holds_seat(before),
           live_requests = live_requests + is_live_request(after) - is_live_request(before),
           waitlisted = waitlisted + coalesce(after = 'waitlisted', false)::int
                                   - coalesce(before = 'waitlisted', false)::int
     where id = session and before is distinct from after
       and (holds_seat(after) <> holds_seat(before) or is_live_request(after) <> is_live_request(before)
            or 'waitlisted' in (coalesce(before, ''), coalesce(after, '')))
  $$;

  create function keep_seat_counts() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.session_id = new.session_id then
      perform shift_seat_counts(new.session_id, old.state, new.state);
      return null;
    end if;
    if tg_op <> 'INSERT' then perform shift_seat_counts(old.session_id, old.state, null); end if;
    if tg_op <> 'DELETE' then perform shift_seat_counts(new.session_id, null, new.state); end if;
    return null;
  end $$;
  create trigger enrolments_seats after insert or update of state, session_id or delete on enrolments
    for each row execute function keep_seat_counts();

  update sessions s set seats_held = c.held, live_requests = c.live, waitlisted = c.waiting
    from (select session_id, sum(holds_seat(state)) as held, sum(is_live_request(state)) as live,
                 count(*) filter (where state = 'waitlisted') as waiting
            from enrolments group by session_id) c
   where c.session_id = s.id;
`;

const PLACES = `
  -- A town's name as people may type it: « St-Médard-en-Jalles » is « saint medard en jalles ».
  create function place_key(value text) returns text language sql immutable parallel safe strict as $$
    select regexp_replace(
      btrim(regexp_replace(lower(public.immutable_unaccent(value)), '[^a-z0-9]+', ' ', 'g')), '\\mst(e?)\\M', 'saint\\1', 'g')
  $$;
  alter table sessions add city_key text generated always as (place_key(city)) stored;
`;

const WORDS = `
  alter table actions alter search_document drop expression;

  create function keep_action_document() returns trigger language plpgsql as $$
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
  create trigger actions_document
    before insert or update of title, objectives, audience, programme, trainer, kind_id, theme_id, provider_id on actions
    for each row execute function keep_action_document();

  -- Every word of a title or label, once: what somebody mistyped is looked for here, then where it is used.
  create table catalogue_words (word text primary key);
  create table action_words (
    action_id integer not null references actions on delete cascade,
    word text not null references catalogue_words,
    in_title boolean not null,
    primary key (word, action_id)
  );
  create index action_words_action on action_words (action_id);
  create index catalogue_words_letters on catalogue_words using gin (word gin_trgm_ops);

  create function catalogue_words_of(value text) returns setof text language sql immutable parallel safe as $$
    select distinct word
      from regexp_split_to_table(lower(immutable_unaccent(plain_spaces(value))), '[^[:alnum:]]+') word
     where length(word) > 2
  $$;

  create function keep_action_words() returns trigger language plpgsql as $$
  begin
    delete from action_words where action_id = new.id;
    -- In one order for all: two actions that bring the same new words must not wait for each other.
    with found as (
      select word, bool_or(in_title) as in_title from (
        select catalogue_words_of(new.title) as word, true as in_title
        union all
        select catalogue_words_of(k.label || ' ' || t.label), false from action_kinds k, themes t
         where k.id = new.kind_id and t.id = new.theme_id) one
       group by word
    ), known as (
      insert into catalogue_words select word from found order by word on conflict do nothing
    )
    insert into action_words (action_id, word, in_title) select new.id, word, in_title from found;
    return null;
  end $$;
  create trigger actions_words after insert or update of title, kind_id, theme_id on actions
    for each row execute function keep_action_words();

  -- A label that changes is found at once under its new words.
  create function renew_documents() returns trigger language plpgsql as $$
  begin
    if tg_table_name = 'action_kinds' then update actions set kind_id = kind_id where kind_id = new.id;
    elsif tg_table_name = 'themes' then update actions set theme_id = theme_id where theme_id = new.id;
    else update actions set provider_id = provider_id where provider_id = new.id;
    end if;
    return null;
  end $$;
  create trigger kinds_documents after update of label on action_kinds
    for each row when (old.label is distinct from new.label) execute function renew_documents();
  create trigger themes_documents after update of label on themes
    for each row when (old.label is distinct from new.label) execute function renew_documents();
  create trigger providers_documents after update of name, acronym on structures
    for each row when ((old.name, old.acronym) is distinct from (new.name, new.acronym))
    execute function renew_documents();

  -- The words of the catalogue that resemble one, the closest first.
  create function resembling_words(term text) returns table (word text, likeness real)
    language sql stable rows 10 set pg_trgm.word_similarity_threshold = 0.38
    as $$ select w.word, word_similarity(term, w.word) as likeness from catalogue_words w where term <% w.word
           order by likeness desc, w.word limit 40 $$;

  -- By the index of words whatever their number: a word that half of the catalogue holds is no reason to read it all.
  create function matching_actions(words tsquery) returns setof integer
    language sql stable rows 500 set enable_seqscan = off
    as $$ select id from actions where search_document @@ words $$;

  update actions set title = title;
`;

// Narrow copies of what every search asks of all sessions to come and of their actions: the tables themselves, with
// their long texts, are read for the rows of one page only.
const INDEXES = `
  create index sessions_coming on sessions (ends_at)
    include (id, action_id, starts_at, registration_closes_at, department, city, city_key, has_place)
    where cancelled_at is null;
  create index sessions_starts on sessions (starts_at)
    include (id, action_id, ends_at, registration_closes_at) where cancelled_at is null;
  create index actions_catalogue on actions (id)
    include (title, kind_id, theme_id, provider_id, modality, published_at, archived_at);
  create index actions_kind on actions (kind_id);
  create index actions_theme on actions (theme_id);
`;
