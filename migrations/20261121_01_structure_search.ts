import type { Knex } from 'knex';

/**
 * What makes the search of structures answer at once among a million (see `structure-search/repository.ts`):
 * columns to begin with, an inverted index of words, and a dictionary of words for infixes and typos.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- 35 trigrams a name: slow to build, and slow to read for a common word.
    drop index structures_search;

    alter table structures
      add column search_brand text generated always as (lower(immutable_unaccent(plain_spaces(brand)))) stored,
      -- The best first: open head offices, open branches, then the closed ones.
      add column search_rank smallint not null generated always as (
        case when closed_on is null then 0 else 2 end + case when is_head_office then 0 else 1 end) stored;

    -- Letters and digits alone, cut at all else, as the search cuts what is typed.
    create function words_of(value text) returns text[]
      language plpgsql immutable parallel safe strict as $$
      begin
        return array_remove(string_to_array(translate(value, $p$!"#$%&'()*+,-./:;<=>\\?@[\\]^_\`{|}~$p$,
                                                             repeat(' ', 32)), ' '), '');
      end $$;

    -- The words of a name as they are; those of its place after « @ », its département after « @= ».
    -- The cost keeps the planner from working this out row by row where an index of it answers.
    create function structure_lexemes(search_text text, city text, postcode text, department text) returns tsvector
      language plpgsql immutable parallel safe strict cost 5000 as $$
      begin
        return array_to_tsvector(public.words_of(search_text)
          || string_to_array('@' || array_to_string(public.words_of(lower(public.immutable_unaccent(city)) || ' ' || postcode), ' @'), ' ')
          || ('@=' || department));
      end $$;

    -- A first look at one in sixteen shows enough of what is very common; the others are looked at only for more.
    create index structures_few_heads on structures
      using gin (structure_lexemes(search_text, city, postcode, department)) with (fastupdate = off)
      where search_rank = 0 and id % 16 = 0;
    create index structures_heads on structures
      using gin (structure_lexemes(search_text, city, postcode, department)) with (fastupdate = off)
      where search_rank = 0;
    create index structures_few_others on structures
      using gin (structure_lexemes(search_text, city, postcode, department)) with (fastupdate = off)
      where search_rank <> 0 and id % 16 = 0;
    create index structures_others on structures
      using gin (structure_lexemes(search_text, city, postcode, department)) with (fastupdate = off)
      where search_rank <> 0;

    create index structures_name_prefix on structures (search_rank, search_text text_pattern_ops);
    create index structures_brand_prefix on structures (search_rank, search_brand text_pattern_ops)
      where search_brand is not null;
    drop index structures_acronym;
    create index structures_acronym on structures (search_rank, search_acronym text_pattern_ops)
      where search_acronym is not null;
    -- Every four digits in a row of a SIRET, by which any part of it is found.
    create function siret_parts(siret bpchar) returns integer[]
      language plpgsql immutable parallel safe strict cost 5000 as $$
      begin
        return array[cast(substr(siret, 1, 4) as integer), cast(substr(siret, 2, 4) as integer),
                     cast(substr(siret, 3, 4) as integer), cast(substr(siret, 4, 4) as integer),
                     cast(substr(siret, 5, 4) as integer), cast(substr(siret, 6, 4) as integer),
                     cast(substr(siret, 7, 4) as integer), cast(substr(siret, 8, 4) as integer),
                     cast(substr(siret, 9, 4) as integer), cast(substr(siret, 10, 4) as integer),
                     cast(substr(siret, 11, 4) as integer)];
      end $$;
    create index structures_siret_part on structures using gin (siret_parts(siret)) with (fastupdate = off);
    create index structures_few_siret_part on structures using gin (siret_parts(siret)) with (fastupdate = off)
      where id % 16 = 0;

    -- Every word without one of its first letters: two words one letter apart share one of these.
    create function one_letter_less(word text) returns text[]
      language plpgsql immutable parallel safe strict as $$
      declare
        beginning text := left(word, 8);
        variants text[] := array[beginning];
      begin
        for at in 1 .. length(beginning) loop
          variants := variants || (left(beginning, at - 1) || substr(beginning, at + 1));
        end loop;
        return variants;
      end $$;

    -- Words of letters alone, of names and towns: codes are not misspelt.
    -- « uses » says which words are common, not how many structures bear them to the unit.
    create table structure_words (word text collate "C" primary key, uses integer not null);
    create index structure_words_part on structure_words using gin (word gin_trgm_ops) with (fastupdate = off);
    create index structure_words_typo on structure_words using gin (one_letter_less(word)) with (fastupdate = off);

    -- Words are only ever added: one that no structure bears any more finds nothing, and harms nothing. Known words
    -- are counted again only with many rows at once, so that people who add a structure do not wait for each other.
    create function learn_structure_words() returns trigger language plpgsql as $$
      declare
        are_many boolean := (select count(*) >= 1000 from (select from changed limit 1000) first_ones);
      begin
        insert into structure_words as known (word, uses)
        select term, count(*)
          from changed, unnest(words_of(search_text || ' ' || lower(immutable_unaccent(city)))) term
         where term ~ '^[a-z]{2,40}$'
           and (are_many or not exists (select from structure_words k where k.word = term collate "C"))
         group by term
         -- In one order for all, so that two at once wait for each other and never in a circle.
         order by term
        on conflict (word) do update set uses = known.uses + excluded.uses where are_many;
        return null;
      end $$;
    create trigger learn_words_of_new after insert on structures
      referencing new table as changed for each statement execute function learn_structure_words();
    create trigger learn_words_of_changed after update on structures
      referencing new table as changed for each statement execute function learn_structure_words();

    insert into structure_words
    select term, count(*)
      from structures, unnest(words_of(search_text || ' ' || lower(immutable_unaccent(city)))) term
     where term ~ '^[a-z]{2,40}$'
     group by term;
  `);
  await knex.raw(SEARCH);
}

const LEXEMES = 'structure_lexemes(s.search_text, s.city, s.postcode, s.department)';
const MAY_BE_SHOWN = '(with_closed or s.closed_on is null or s.closed_on > today)';

/** The best of those whose column begins as typed, best rank first: `limit` stops it there. */
const beginning = (column: string) => `array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.${column} ~>=~ phrase and s.${column} ~<~ past and ${MAY_BE_SHOWN}
               order by s.${column} using ~<~ limit wanted) x limit wanted)`;

/** More of those that have the words. */
const withWords = (among: string, most: string) => `found := found || array(
            select s.id from structures s
             where ${among} and ${LEXEMES} @@ query.by_index
               and (query.still is null or ${LEXEMES} @@ query.still)
               and ${MAY_BE_SHOWN} and s.id <> all(found)
             limit ${most});`;

/** More of those whose SIRET has the digits. */
const withDigits = (among: string, most: string) => `found := found || array(
            select s.id from structures s
             where ${among} and siret_parts(s.siret) @> parts and s.siret like '%' || digits || '%'
               and ${MAY_BE_SHOWN} and s.id <> all(found)
             limit ${most});`;

/** Functions rather than statements of the application: their stages stop early, their plans are kept. */
const SEARCH = `
  -- What a search asks of the index of words: « wide » finds all that answers; « by_index » is what the index should
  -- be asked, which is quicker, and « still » what remains to be checked of what it finds (null: nothing).
  -- Reach 0: words as typed, or their beginnings. 1: unknown words are also looked for within words and with a letter
  -- wrong. 2: all words are, and unknown ones with more letters wrong.
  create function structure_query(
    words text[], places text[], reach integer,
    out wide tsquery, out by_index tsquery, out still tsquery, out is_common boolean)
    language plpgsql stable
  as $$
  declare
    typed text;
    others text[];
    other_uses bigint;
    weight bigint;
    own bigint;
    exact text;
    full_piece text;
    full_name text;
    asked_names text[] := '{}';
    every text[] := '{}';
    named text[] := '{}';
    narrow text[] := '{}';
    known text[] := '{}';
    broad text[] := '{}';
  begin
    for at in 1 .. cardinality(words) loop
      typed := words[at];
      -- A beginning of more words than that is broad, however rare each is.
      select case when count(*) = 200 then 1000000000 else coalesce(sum(uses), 0) end,
             coalesce(max(uses) filter (where word = typed), 0) into weight, own
        from (select word, uses from structure_words
               where word >= typed collate "C" and word < (typed || '~') collate "C" order by word limit 200) first_ones;
      others := '{}';
      if length(typed) >= 3 and (reach = 2 or reach = 1 and (weight = 0 or cardinality(words) = 1)) then
        select array_agg(near.word), sum(near.uses) into others, other_uses from (
          (select word, uses from structure_words
            where word like '%' || typed || '%' and strpos(word, typed) > 1 limit 40)
          union
          (select word, uses from structure_words
            where length(typed) >= 4 and one_letter_less(word) && one_letter_less(typed)
              and abs(length(word) - length(typed)) <= 1
            order by similarity(word, typed) desc limit 8)
          union
          (select word, uses from structure_words
            where reach = 2 and weight = 0 and length(typed) >= 4 and word % typed
            order by similarity(word, typed) desc limit 8)) near;
        others := coalesce(others, '{}');
        weight := weight + coalesce(other_uses, 0);
      end if;
      exact := concat_ws('|', '''' || typed || '''', '''@' || typed || '''',
        (select string_agg('''@=' || code || '''', '|') from unnest(string_to_array(places[at], ',')) code));
      full_piece := concat_ws('|', exact, '''' || typed || ''':*', '''@' || typed || ''':*',
        (select string_agg('''' || other || '''|''@' || other || '''', '|') from unnest(others) other));
      every := every || ('(' || full_piece || ')');
      full_name := concat_ws('|', '''' || typed || ''':*',
        (select string_agg('''' || other || '''', '|') from unnest(others) other));
      named := named || full_name;
      if weight <= 400 then
        narrow := narrow || ('(' || full_piece || ')');
        asked_names := asked_names || full_name;
      elsif 2 * own >= weight then
        known := known || ('(' || exact || ')');
        asked_names := asked_names || ('''' || typed || '''');
      else
        broad := broad || ('(' || full_piece || ')');
        asked_names := asked_names || full_name;
      end if;
    end loop;
    if cardinality(words) = 0 then return; end if;
    is_common := cardinality(narrow) = 0;
    if cardinality(words) = 1 then
      wide := cast(array_to_string(named, '|') as tsquery);
      by_index := wide;
      return;
    end if;
    wide := cast(array_to_string(every, '&') || '&(' || array_to_string(named, '|') || ')' as tsquery);
    if is_common or reach < 2 and cardinality(broad) = 0 then
      by_index := cast(array_to_string(narrow || known || broad, '&')
                       || '&(' || array_to_string(asked_names, '|') || ')' as tsquery);
    else
      by_index := cast(array_to_string(case when reach = 2 then narrow else narrow || known end, '&') as tsquery);
      still := wide;
    end if;
  end $$;

  create function search_structures(
    phrase text, digits text, words text[], places text[], today date, with_closed boolean, wanted integer)
    returns table (id integer, siret text, name text, acronym text, postcode text, city text, is_closed boolean)
    language plpgsql stable
    set jit = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
    set pg_trgm.similarity_threshold = 0.4
  as $$
  #variable_conflict use_column
  declare
    found integer[] := '{}';
    parts integer[];
    query record;
    asked tsquery;
    past text := phrase || U&'\\+10FFFF';
  begin
    if digits <> '' then
      found := array(select s.id from structures s
                      where s.siret ~>=~ cast(digits as bpchar) and s.siret ~<~ cast(digits || ':' as bpchar)
                        and (with_closed or s.closed_on is null or s.closed_on > today)
                      limit 4 * wanted);
      if cardinality(found) < wanted and length(digits) between 4 and 13 then
        parts := array(select cast(substr(digits, at, 4) as integer) from generate_series(1, length(digits) - 3) at);
        ${withDigits('s.id % 16 = 0', 'wanted')}
        if cardinality(found) < wanted then
          ${withDigits('true', '4 * wanted')}
        end if;
      end if;
    end if;

    if length(digits) < 14 and phrase <> '' then
      found := found
        || array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.search_acronym = phrase and ${MAY_BE_SHOWN} limit wanted) x limit wanted)
        || ${beginning('search_text')}
        || ${beginning('search_brand')}
        || ${beginning('search_acronym')};
    end if;
    found := array(select distinct unnest(found));

    if cardinality(words) > 0 and length(digits) < 14 then
      for reach in 0 .. 2 loop
        exit when cardinality(found) >= wanted or cardinality(found) > 0 and (reach = 2 or reach = 1 and cardinality(words) > 1);
        select * into query from structure_query(words, places, reach);
        continue when query.by_index = asked;
        asked := query.by_index;
        if query.is_common then
          ${withWords('s.search_rank = 0 and s.id % 16 = 0', '3 * wanted')}
          exit when cardinality(found) >= wanted;
        end if;
        ${withWords('s.search_rank = 0', '10 * wanted')}
        exit when cardinality(found) >= wanted;
        if query.is_common then
          ${withWords('s.search_rank <> 0 and s.id % 16 = 0', '3 * wanted')}
          exit when cardinality(found) >= wanted;
        end if;
        ${withWords('s.search_rank <> 0', '10 * wanted')}
      end loop;
    end if;

    return query
      select s.id, cast(s.siret as text), s.name, s.acronym, s.postcode, s.city,
             coalesce(s.closed_on <= today, false)
        from structures s
       where s.id = any(found)
       order by s.siret = digits desc,
                coalesce(s.closed_on <= today, false),
                coalesce(s.search_acronym = phrase, false) desc,
                starts_with(s.search_text, phrase) desc,
                coalesce(starts_with(s.search_brand, phrase), false) desc,
                (select count(*) from unnest(words) word where strpos(s.search_text, word) > 0) desc,
                round(cast(similarity(phrase, s.search_text) as numeric), 2) desc,
                s.is_head_office desc, s.name, s.id
       limit wanted;
  end $$;
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function search_structures, structure_query;
    drop trigger learn_words_of_new on structures;
    drop trigger learn_words_of_changed on structures;
    drop function learn_structure_words;
    drop table structure_words;
    drop index structures_few_siret_part, structures_siret_part, structures_acronym, structures_brand_prefix,
      structures_name_prefix, structures_others, structures_few_others, structures_heads, structures_few_heads;
    drop function one_letter_less, structure_lexemes, words_of;
    alter table structures drop column search_rank, drop column search_brand;
    create index structures_acronym on structures (search_acronym);
    create index structures_search on structures using gin (search_text gin_trgm_ops);
  `);
}
