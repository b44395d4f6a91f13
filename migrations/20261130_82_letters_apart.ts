import type { Knex } from 'knex';

/**
 * Letters apart are one word where dots or « & » stand between them (« S.D.I.S. », « R & D »), or where there are three
 * or more (« C G T »). Two of them say nothing by their spaces: « langage C à distance » has no « cà », « C E » is a
 * sigle. What is looked in holds both; what is typed stays as it is, save where there is nothing else.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(CUT);
  await knex.raw(LOOKED_IN);
  await knex.raw(TYPED);
  await knex.raw(INDEXED_AGAIN);
}

// « à » is a letter and always a word. A question mark that is no binding is written « \? ».
const LETTER = '(\\?![àÀ])[[:alpha:]]';
const BEFORE = (inner = '') => `(\\?<=\\m${LETTER}${inner})`;
const AFTER = (inner = '') => `(\\?=${inner}${LETTER}(\\?![[:alnum:]''’]))`;
const BLANK = '[[:space:]]';

/** What is taken out, in this order; « S. D. I. S » is told from « I.U.T. B » by its blanks. */
const GAPS = [
  `${BEFORE()}${BLANK}\\?&${BLANK}\\?${AFTER()}`,
  `${BEFORE()}\\.${AFTER()}|${BEFORE()}\\.${BLANK}(\\?=${LETTER}\\.)|${BEFORE(`\\.${BLANK}${LETTER}`)}\\.${BLANK}${AFTER()}`,
  `${BEFORE()}${BLANK}${AFTER(`${LETTER}${BLANK}`)}|${BEFORE(`${BLANK}${LETTER}`)}${BLANK}${AFTER()}`,
];

/** Whether there may be something to take out: one look for the many names without, in place of three replacements. */
const MAY_JOIN = `'\\m[[:alpha:]][.&[:space:]]{1,3}[[:alpha:]](\\?![[:alnum:]])'`;

const CUT = `
  create function join_letters(value text) returns text
    language plpgsql immutable parallel safe strict as $$ begin
      if value !~ ${MAY_JOIN} then return value; end if;
      return ${GAPS.reduce((inner, gap) => `regexp_replace(${inner}, '${gap}', '', 'g')`, 'value')};
    end $$;

  create or replace function cut_keeping(value text, kept text) returns text
    language plpgsql immutable parallel safe strict as $$ begin
      return btrim(regexp_replace(public.join_letters(value), '[^[:alnum:]' || kept || ']+', ' ', 'g'));
    end $$;

  create or replace function plain_words(value text) returns text
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
      return words || ' ' || regexp_replace(words, '(\\?<=\\m[[:alpha:]]) (\\?=[[:alpha:]]\\M)', '', 'g');
    end $$;

  -- What is looked in for what was typed (\`word_patterns\`, \`words_pattern\`).
  create function findable_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    begin return public.with_pairs(public.plain_words(value)); end $$;
`;

const LOOKED_IN = `
  create or replace function structure_words_of(name text, city text, postcode text, department text)
    returns tsvector language plpgsql immutable parallel safe strict as $$
    begin
      return array_to_tsvector(array_remove(string_to_array(
        public.findable_words(name) || ' @' || replace(public.plain_words(city), ' ', ' @')
        || ' @' || postcode || ' @=' || department, ' '), ''));
    end $$;

  create or replace function person_words(first_name text, last_name text, email citext) returns text
    language plpgsql immutable parallel safe strict as $$
    begin
      return public.findable_words(
        first_name || ' '' ' || last_name || ' '' ' || first_name || ' '' ' || cast(email as text));
    end $$;

  create or replace function document_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      spaced text := btrim(regexp_replace(value, '[^[:alnum:]]+', ' ', 'g'));
      cut text := public.with_pairs(public.cut_words(value));
    begin
      return case when cut = spaced then spaced else spaced || ' ' || cut end;
    end $$;
`;

const TYPED = `
  create or replace function structure_terms(
    typed text, departments jsonb, out phrase text, out words text[], out places text[])
    language plpgsql immutable parallel safe
  as $$
  declare
    empty_words text[] := '{de,du,des,la,le,les,et,en,au,aux,sur,pour}';
    every text[];
    longer text[];
  begin
    phrase := coalesce(plain_words(typed), '');
    select coalesce(array_agg(word order by place), '{}') into every
      from (select word, min(place) as place
              from unnest(string_to_array(phrase, ' ')) with ordinality one (word, place) group by word) distinct_words;
    longer := array(select word from unnest(every) word where length(word) > 1);
    words := array(select word from unnest(longer) word where word <> all (empty_words));
    if words = '{}' then words := longer; end if;
    -- Nothing but letters and digits apart: a sigle, which names hold as one word whichever way they write it.
    if words = '{}' and length(phrase) > 1 then
      words := string_to_array(regexp_replace(phrase, '(\\?<=\\m[[:alpha:]]) (\\?=[[:alpha:]]\\M)', '', 'g'), ' ');
    end if;
    words := words[1:8];
    places := array(select coalesce(departments ->> word, '') from unnest(words) word);
  end $$;

  -- Without accents « à » is no empty word to PostgreSQL: an action would have to hold one. Within quotes it counts.
  create or replace function query_words(typed text) returns text
    language sql immutable parallel safe strict as $$
    select cut_keeping(regexp_replace(regexp_replace(
             case when typed like '%"%' then typed
                  else regexp_replace(typed, '(^|[[:space:]])[àÀ](\\?=[[:space:]]|$)', '\\1', 'g') end,
             '([^[:space:]"-])-+', '\\1, ', 'g'), '-(\\?![[:alnum:]"])', ' ', 'g'), '"-') $$;
`;

/** Only the rows whose words are others now: of a million structures, those with two letters apart. */
const INDEXED_AGAIN = `
  update structures set name = name
   where name || ' ' || coalesce(acronym, '') || ' ' || coalesce(brand, '') ~ '\\m[[:alpha:]]\\M.{1,3}\\m[[:alpha:]]\\M';
  -- With many rows at once, the trigger has counted their words a second time.
  select count_structure_words();
  alter table actions drop search_title;
  alter table actions add search_title text not null generated always as (findable_words(title)) stored;
  create index actions_title on actions using gin (search_title gin_trgm_ops);
  update actions set title = title;
  reindex index users_words;
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(FORMER);
  await knex.raw(`
    update structures set name = name
     where name || ' ' || coalesce(acronym, '') || ' ' || coalesce(brand, '') ~ '\\m[[:alpha:]]\\M.{1,3}\\m[[:alpha:]]\\M';
    select count_structure_words();
    alter table actions drop search_title;
    alter table actions add search_title text not null generated always as (plain_words(title)) stored;
    create index actions_title on actions using gin (search_title gin_trgm_ops);
    update actions set title = title;
    reindex index users_words;
    drop function findable_words, with_pairs, join_letters;
  `);
}

const FORMER = `
  create or replace function cut_keeping(value text, kept text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      cut text := regexp_replace(value,
        '(\\?<=\\m[[:alpha:]])(\\?:\\.[[:space:]]\\?|[[:space:]]|[[:space:]]\\?&[[:space:]]\\?)(\\?=[[:alpha:]](\\?![[:alnum:]''’]))',
        '', 'g');
    begin
      return btrim(regexp_replace(cut, '[^[:alnum:]' || kept || ']+', ' ', 'g'));
    end $$;

  create or replace function plain_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      folded text := lower(public.immutable_unaccent(value));
    begin
      if folded ~ '^[a-z0-9]+( [a-z0-9]+)*$' and ' ' || folded || ' ' not like '% _ _ %' then
        return folded;
      end if;
      return public.cut_keeping(folded, '');
    end $$;

  create or replace function structure_words_of(name text, city text, postcode text, department text)
    returns tsvector language plpgsql immutable parallel safe strict as $$
    begin
      return array_to_tsvector(array_remove(string_to_array(
        public.plain_words(name) || ' @' || replace(public.plain_words(city), ' ', ' @')
        || ' @' || postcode || ' @=' || department, ' '), ''));
    end $$;

  create or replace function person_words(first_name text, last_name text, email citext) returns text
    language plpgsql immutable parallel safe strict as $$
    begin
      return public.plain_words(first_name || ' '' ' || last_name || ' '' ' || first_name || ' '' ' || cast(email as text));
    end $$;

  create or replace function document_words(value text) returns text
    language plpgsql immutable parallel safe strict as $$
    declare
      spaced text := btrim(regexp_replace(value, '[^[:alnum:]]+', ' ', 'g'));
      cut text := public.cut_words(value);
    begin
      return case when cut = spaced then spaced else spaced || ' ' || cut end;
    end $$;

  create or replace function structure_terms(
    typed text, departments jsonb, out phrase text, out words text[], out places text[])
    language plpgsql immutable parallel safe
  as $$
  declare
    empty_words text[] := '{de,du,des,la,le,les,et,en,au,aux,sur,pour}';
    every text[];
    longer text[];
  begin
    phrase := coalesce(plain_words(typed), '');
    select coalesce(array_agg(word order by place), '{}') into every
      from (select word, min(place) as place
              from unnest(string_to_array(phrase, ' ')) with ordinality one (word, place) group by word) distinct_words;
    longer := array(select word from unnest(every) word where length(word) > 1);
    words := array(select word from unnest(longer) word where word <> all (empty_words));
    if words = '{}' then words := longer; end if;
    if words = '{}' and length(phrase) > 1 then words := every; end if;
    words := words[1:8];
    places := array(select coalesce(departments ->> word, '') from unnest(words) word);
  end $$;

  create or replace function query_words(typed text) returns text
    language sql immutable parallel safe strict as $$
    select cut_keeping(regexp_replace(regexp_replace(typed, '([^[:space:]"-])-+', '\\1, ', 'g'),
                                      '-(\\?![[:alnum:]"])', ' ', 'g'), '"-') $$;
`;
