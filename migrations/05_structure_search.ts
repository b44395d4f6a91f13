import { baseline } from '#platform/database/baseline.ts';

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
             where ${among} and s.search_words @@ query.by_index
               and (query.still is null or s.search_words @@ query.still)
               and ${MAY_BE_SHOWN} and s.id <> all(found)
             limit ${most});`;

/** More of those whose SIRET has the digits. */
const withDigits = (among: string, most: string) => `found := found || array(
            select s.id from structures s
             where ${among} and siret_parts(s.siret) @> parts and s.siret like '%' || digits || '%'
               and ${MAY_BE_SHOWN} and s.id <> all(found)
             limit ${most});`;

/** The search of structures itself (see `src/structures/search/repository.ts`). */
export const { up, down } = baseline(String.raw`
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
    is_alone boolean;
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
      -- A letter or a digit alone (« N°1 ») begins too many words to stand for them.
      is_alone := length(typed) = 1;
      -- A beginning of more words than that is broad, however rare each is.
      select case when count(*) = 200 then 1000000000 else coalesce(sum(uses), 0) end,
             coalesce(max(uses) filter (where word = typed), 0) into weight, own
        from (select word, uses from structure_words
               where word >= typed collate "C" and word < (typed || '~') collate "C" order by word limit 200) first_ones;
      -- The dictionary has no codes: a whole postcode is common, and so are beginnings of numbers.
      if typed ~ '^[0-9]' then
        weight := 1000000000;
        own := case when length(typed) >= 5 then weight else 0 end;
      end if;
      if is_alone then
        weight := 1000000000;
        own := weight;
      end if;
      others := '{}';
      if length(typed) >= 3 and typed !~ '^[0-9]+$' and (reach = 2 or reach = 1 and (weight = 0 or cardinality(words) = 1)) then
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
      full_piece := concat_ws('|', exact, case when not is_alone then '''' || typed || ''':*|''@' || typed || ''':*' end,
        (select string_agg('''' || other || '''|''@' || other || '''', '|') from unnest(others) other));
      every := every || ('(' || full_piece || ')');
      full_name := concat_ws('|', '''' || typed || case when is_alone then '''' else ''':*' end,
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

  -- Reads a search: the words that say something, the first eight, with the codes of the départements that bear each.
  -- Words that are in nearly every name only make noise beside others; a letter or a digit alone too.
  create function structure_terms(typed text, departments jsonb, out phrase text, out words text[], out places text[])
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
      words := string_to_array(regexp_replace(phrase, '(?<=\m[[:alpha:]]) (?=[[:alpha:]]\M)', '', 'g'), ' ');
    end if;
    words := words[1:8];
    places := array(select coalesce(departments ->> word, '') from unnest(words) word);
  end $$;

  create function search_structures(
    typed text, digits text, departments jsonb, today date, with_closed boolean, wanted integer)
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
    phrase text;
    words text[];
    places text[];
    past text;
  begin
    select t.phrase, t.words, t.places into phrase, words, places from structure_terms(typed, departments) t;
    if length(phrase) < 2 and digits = '' then return; end if;
    past := phrase || U&'\+10FFFF';
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
          ${withWords('s.closed_on is null and s.is_head_office and s.id % 16 = 0', '3 * wanted')}
          exit when cardinality(found) >= wanted;
        end if;
        ${withWords('s.closed_on is null and s.is_head_office', '10 * wanted')}
        exit when cardinality(found) >= wanted;
        if query.is_common then
          ${withWords('not (s.closed_on is null and s.is_head_office) and s.id % 16 = 0', '3 * wanted')}
          exit when cardinality(found) >= wanted;
        end if;
        ${withWords('not (s.closed_on is null and s.is_head_office)', '10 * wanted')}
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
`);
