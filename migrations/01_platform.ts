import { baseline } from '#platform/database/baseline.ts';

// « à » is a letter and always a word.
const LETTER = '(?![àÀ])[[:alpha:]]';
const BEFORE = (inner = '') => String.raw`(?<=\m${LETTER}${inner})`;
const AFTER = (inner = '') => `(?=${inner}${LETTER}(?![[:alnum:]''’]))`;
const BLANK = '[[:space:]]';

/** What is taken out from between letters, in this order; « S. D. I. S » is told from « I.U.T. B » by its blanks. */
const GAPS = [
  `${BEFORE()}${BLANK}?&${BLANK}?${AFTER()}`,
  String.raw`${BEFORE()}\.${AFTER()}|${BEFORE()}\.${BLANK}(?=${LETTER}\.)|${BEFORE(String.raw`\.${BLANK}${LETTER}`)}\.${BLANK}${AFTER()}`,
  `${BEFORE()}${BLANK}${AFTER(`${LETTER}${BLANK}`)}|${BEFORE(`${BLANK}${LETTER}`)}${BLANK}${AFTER()}`,
];

/** Whether there may be something to take out: one look for the many names without, in place of three replacements. */
const MAY_JOIN = String.raw`'\m[[:alpha:]][.&[:space:]]{1,3}[[:alpha:]](?![[:alnum:]])'`;

/**
 * What knows nothing of the domain: extensions, how a text is cut into words, browser sessions, limits, forms sent
 * twice, outgoing e-mails.
 */
export const { up, down } = baseline(String.raw`
  create extension if not exists pg_trgm;
  create extension if not exists unaccent;
  create extension if not exists citext;

  -- unaccent() is only STABLE because its dictionary could change; indexes need an IMMUTABLE one.
  create function immutable_unaccent(value text) returns text
    language sql immutable parallel safe strict
    as $$ select public.unaccent('public.unaccent'::regdictionary, value) $$;

  -- French typography puts no-break spaces before « : ; ! ? »; the parser would take them for letters.
  create function plain_spaces(value text) returns text
    language sql immutable parallel safe strict
    as $$ select translate(value, U&'\00A0\202F', '  ') $$;

  create text search configuration french_unaccent (copy = french);
  alter text search configuration french_unaccent
    alter mapping for hword, hword_part, word with unaccent, french_stem;

  -- A table with a trigger that does this is one to which the application only adds (platform/database/roles.ts).
  create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
  end $$;

  create function paris_year(at timestamptz) returns integer language sql immutable parallel safe
    return cast(extract(year from at at time zone 'Europe/Paris') as integer);

  -- How a text is cut, for what is looked for as for what it is looked for in (docs/decisions/061).

  -- Letters apart are one word where dots or « & » stand between them (« S.D.I.S. », « R & D »), or where there are
  -- three or more (« C G T »). An elided article (« l’A.D.M.R. ») stays out of it.
  create function join_letters(value text) returns text
    language plpgsql immutable parallel safe strict as $$ begin
      if value !~ ${MAY_JOIN} then return value; end if;
      return ${GAPS.reduce((inner, gap) => `regexp_replace(${inner}, '${gap}', '', 'g')`, 'value')};
    end $$;

  create function cut_keeping(value text, kept text) returns text
    language plpgsql immutable parallel safe strict as $$ begin
      return btrim(regexp_replace(public.join_letters(value), '[^[:alnum:]' || kept || ']+', ' ', 'g'));
    end $$;

  create function cut_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$ begin return public.cut_keeping(value, ''); end $$;

  -- The same where capitals and accents do not count.
  create function plain_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      folded text := lower(public.immutable_unaccent(value));
    begin
      -- Half of the names of SIRENE have nothing to cut: an import of a million is that much shorter.
      if folded ~ '^[a-z0-9]+( [a-z0-9]+)*$' and ' ' || folded || ' ' not like '% _ _ %' then
        return folded;
      end if;
      if value !~ ${MAY_JOIN} then return btrim(regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g')); end if;
      -- Letters are joined before accents go: « a » may be one of a sigle, « à » is not.
      return btrim(regexp_replace(lower(public.immutable_unaccent(public.join_letters(value))), '[^[:alnum:]]+', ' ', 'g'));
    end $$;

  -- Words, then the same with all letters apart joined, where there are any.
  create function with_pairs(words text) returns text
    language plpgsql immutable parallel safe strict as $$
    begin
      if ' ' || words || ' ' not like '% _ _ %' then return words; end if;
      return words || ' ' || regexp_replace(words, '(?<=\m[[:alpha:]]) (?=[[:alpha:]]\M)', '', 'g');
    end $$;

  -- What is looked in for what was typed ('word_patterns', 'words_pattern').
  create function findable_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    begin return public.with_pairs(public.plain_words(value)); end $$;

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

  -- The words of a text for its vector: cut before PostgreSQL's parser takes « Word/Excel » for a file and
  -- « prise.en.main » for a host; where letters apart make a word, each alone as well (« langage C à l’école »).
  create function document_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      spaced text := btrim(regexp_replace(value, '[^[:alnum:]]+', ' ', 'g'));
      cut text := public.with_pairs(public.cut_words(value));
    begin
      return case when cut = spaced then spaced else spaced || ' ' || cut end;
    end $$;

  -- What was typed, cut in the same way; quotes and the « - » before a word keep their meaning. Without accents « à » is
  -- no empty word to PostgreSQL: a text would have to hold one. Within quotes it counts.
  create function query_words(typed text) returns text
    language sql immutable parallel safe strict as $$
    select cut_keeping(regexp_replace(regexp_replace(
             case when typed like '%"%' then typed
                  else regexp_replace(typed, '(^|[[:space:]])[àÀ](?=[[:space:]]|$)', '\1', 'g') end,
             '([^[:space:]"-])-+', '\1, ', 'g'), '-(?![[:alnum:]"])', ' ', 'g'), '"-') $$;

  -- A town's name as people may type it: « St-Médard-en-Jalles » is « saint medard en jalles ».
  create function place_key(value text) returns text language sql immutable parallel safe strict as $$
    select regexp_replace(
      btrim(regexp_replace(lower(public.immutable_unaccent(value)), '[^a-z0-9]+', ' ', 'g')),
      '\mst(e?)\M', 'saint\1', 'g')
  $$;

  create table web_sessions (
    sid varchar primary key,
    sess json not null,
    expire timestamp(6) not null
  );
  create index web_sessions_expire on web_sessions (expire);
  create index web_sessions_user on web_sessions ((sess #>> '{passport,user}'));

  create table rate_limits (
    key varchar(255) primary key,
    points integer not null default 0,
    expire bigint
  );

  -- Forms on their way or just answered, so that one sent twice is carried out once. Unlogged: what a crash of the
  -- server takes away is nothing that anybody did, only that a second sending would be told from the first.
  create unlogged table sent_forms (
    -- Hashes: of the form with its fields, and of who sent it.
    id text primary key,
    sender text not null,
    claimed_at timestamptz not null,
    -- Sealed with the form's own key, which is nowhere here; null while the form is under way.
    answer text
  );
  create index sent_forms_sender on sent_forms (sender);
  create index sent_forms_claimed on sent_forms (claimed_at);

  create table emails (
    id integer generated always as identity primary key,
    kind text not null,
    recipient citext not null,
    subject text not null,
    -- The message itself, encrypted: it can hold a secret link. Emptied once delivered.
    sealed_content text,
    message_id text not null unique,
    -- « undeliverable »: the server refused the address or the content for good.
    status text not null default 'queued' check (status in ('queued', 'failing', 'undeliverable', 'sent')),
    attempts integer not null default 0,
    last_error text,
    -- The server could not be reached: nothing is wrong with this e-mail, it can leave as soon as another one does.
    server_unreachable boolean not null default false,
    created_at timestamptz not null,
    sent_at timestamptz,
    -- The job that sends it and the worker that has the job: worth something as long as that worker does.
    claimed_job bigint,
    claimed_by text,
    check ((status = 'sent') = (sent_at is not null)),
    check ((status = 'sent') = (sealed_content is null)),
    check ((claimed_job is null) = (claimed_by is null))
  );
  create index emails_undelivered on emails (created_at) where status <> 'sent';
  create index emails_waiting_for_server on emails (id) where server_unreachable;
`);
