create extension citext;

create extension pg_trgm;

create extension unaccent;

CREATE OR REPLACE FUNCTION public.catalogue_words_of(value text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select distinct word from unnest(string_to_array(plain_words(value), ' ')) word where length(word) > 2 $function$
;

CREATE OR REPLACE FUNCTION public.count_structure_words()
 RETURNS void
 LANGUAGE sql
AS $function$
    truncate structure_words;
    insert into structure_words
    select ltrim(word, '@') collate "C" as term, sum(ndoc)
      from ts_stat('select search_words from structures')
     group by term
    having ltrim(word, '@') collate "C" ~ '^[a-z]{2,40}$';
  $function$
;

CREATE OR REPLACE FUNCTION public.counts_in_year(kind action_kinds)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((kind).reserved AND (kind).counts_in_yearly_total)
;

CREATE OR REPLACE FUNCTION public.cut_keeping(value text, kept text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin
      return btrim(regexp_replace(public.join_letters(value), '[^[:alnum:]' || kept || ']+', ' ', 'g'));
    end $function$
;

CREATE OR REPLACE FUNCTION public.cut_words(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin return public.cut_keeping(value, ''); end $function$
;

CREATE OR REPLACE FUNCTION public.document_words(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    declare
      spaced text := btrim(regexp_replace(value, '[^[:alnum:]]+', ' ', 'g'));
      cut text := public.with_pairs(public.cut_words(value));
    begin
      return case when cut = spaced then spaced else spaced || ' ' || cut end;
    end $function$
;

CREATE OR REPLACE FUNCTION public.findable_words(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    begin return public.with_pairs(public.plain_words(value)); end $function$
;

CREATE OR REPLACE FUNCTION public.full_name(person users)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((person).first_name || ' '::text) || (person).last_name)
;

CREATE OR REPLACE FUNCTION public.holds_seat(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (state = ANY (ARRAY['preregistered'::text, 'enrolled'::text, 'attended'::text, 'absent'::text]))
;

CREATE OR REPLACE FUNCTION public.immutable_unaccent(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select public.unaccent('public.unaccent'::regdictionary, value) $function$
;

CREATE OR REPLACE FUNCTION public.is_confirmed(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (state = ANY (ARRAY['enrolled'::text, 'attended'::text, 'absent'::text]))
;

CREATE OR REPLACE FUNCTION public.is_expected(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (state = ANY (ARRAY['preregistered'::text, 'enrolled'::text]))
;

CREATE OR REPLACE FUNCTION public.is_live(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (state = ANY (ARRAY['requested'::text, 'waitlisted'::text, 'preregistered'::text, 'enrolled'::text]))
;

CREATE OR REPLACE FUNCTION public.is_public(action actions, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((action).published_at <= at) AND ((action).archived_at IS NULL))
;

CREATE OR REPLACE FUNCTION public.join_letters(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ begin
      if value !~ '\m[[:alpha:]][.&[:space:]]{1,3}[[:alpha:]](?![[:alnum:]])' then return value; end if;
      return regexp_replace(regexp_replace(regexp_replace(value, '(?<=\m(?![àÀ])[[:alpha:]])[[:space:]]?&[[:space:]]?(?=(?![àÀ])[[:alpha:]](?![[:alnum:]''’]))', '', 'g'), '(?<=\m(?![àÀ])[[:alpha:]])\.(?=(?![àÀ])[[:alpha:]](?![[:alnum:]''’]))|(?<=\m(?![àÀ])[[:alpha:]])\.[[:space:]](?=(?![àÀ])[[:alpha:]]\.)|(?<=\m(?![àÀ])[[:alpha:]]\.[[:space:]](?![àÀ])[[:alpha:]])\.[[:space:]](?=(?![àÀ])[[:alpha:]](?![[:alnum:]''’]))', '', 'g'), '(?<=\m(?![àÀ])[[:alpha:]])[[:space:]](?=(?![àÀ])[[:alpha:]][[:space:]](?![àÀ])[[:alpha:]](?![[:alnum:]''’]))|(?<=\m(?![àÀ])[[:alpha:]][[:space:]](?![àÀ])[[:alpha:]])[[:space:]](?=(?![àÀ])[[:alpha:]](?![[:alnum:]''’]))', '', 'g');
    end $function$
;

CREATE OR REPLACE FUNCTION public.keep_action_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
  end $function$
;

CREATE OR REPLACE FUNCTION public.keep_action_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
  end $function$
;

CREATE OR REPLACE FUNCTION public.keep_offer_documents()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
    end $function$
;

CREATE OR REPLACE FUNCTION public.keep_seat_counts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'UPDATE' and old.session_id = new.session_id then
      perform shift_seat_counts(new.session_id, old.state, new.state);
      return null;
    end if;
    if tg_op <> 'INSERT' then perform shift_seat_counts(old.session_id, old.state, null); end if;
    if tg_op <> 'DELETE' then perform shift_seat_counts(new.session_id, null, new.state); end if;
    return null;
  end $function$
;

CREATE OR REPLACE FUNCTION public.kilometres(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    select 2 * 6371.0088 * asin(sqrt(least(1, sind((lat2 - lat1) / 2) ^ 2
           + cosd(lat1) * cosd(lat2) * sind((lon2 - lon1) / 2) ^ 2)))
  $function$
;

CREATE OR REPLACE FUNCTION public.last_start(starts_on date, known text)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE known WHEN 'month'::text THEN ((date_trunc('month'::text, (starts_on)::timestamp with time zone) + '1 mon -1 days'::interval))::date WHEN 'year'::text THEN make_date((EXTRACT(year FROM starts_on))::integer, 12, 31) ELSE starts_on END
;

CREATE OR REPLACE FUNCTION public.learn_structure_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      are_many boolean := (select count(*) >= 1000 from (select from changed limit 1000) first_ones);
    begin
      insert into structure_words as known (word, uses)
      select term, count(*)
        from (select ltrim(unnest(tsvector_to_array(search_words)), '@') collate "C" as term from changed) terms
       group by term
      having term ~ '^[a-z]{2,40}$'
         and (are_many or not exists (select from structure_words k where k.word = term))
       -- In one order for all, so that two at once wait for each other and never in a circle.
       order by term
      on conflict (word) do update set uses = known.uses + excluded.uses where are_many;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.matching_actions(words tsquery, among integer[])
 RETURNS TABLE(id integer, relevance real)
 LANGUAGE plpgsql
 STABLE ROWS 500
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$ begin
      return query select a.id, ts_rank_cd('{0.1, 0.2, 0.5, 1}', a.search_document, words)
                     from actions a where a.search_document @@ words and a.id = any(among);
    end $function$
;

CREATE OR REPLACE FUNCTION public.matching_offers(field text, words tsquery)
 RETURNS SETOF integer
 LANGUAGE plpgsql
 STABLE ROWS 500
 SET enable_seqscan TO 'off'
AS $function$ begin
      case field
        when 'title' then return query select offer_id from offer_documents where title @@ words;
        when 'head' then return query select offer_id from offer_documents where head @@ words;
        else return query select offer_id from offer_documents where document @@ words;
      end case;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_all_offers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into offer_changes (offer_id) values (0) on conflict do nothing;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_catalogue_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update catalogue_version set changed_by = pg_current_xact_id() where changed_by <> pg_current_xact_id();
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_information_meetings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then insert into offer_changes (offer_id) select distinct s.offer_id from added r join offer_sessions s on s.id = r.session_id on conflict do nothing;
      elsif tg_op = 'DELETE' then insert into offer_changes (offer_id) select distinct s.offer_id from gone r join offer_sessions s on s.id = r.session_id on conflict do nothing;
      else insert into offer_changes (offer_id) select distinct s.offer_id from (select n.* from added n join gone o on o.id = n.id where (n.session_id, n.kind, n.starts_at, n.cancelled_at) is distinct from (o.session_id, o.kind, o.starts_at, o.cancelled_at) union all select o.* from added n join gone o on o.id = n.id where (n.session_id, n.kind, n.starts_at, n.cancelled_at) is distinct from (o.session_id, o.kind, o.starts_at, o.cancelled_at)) r join offer_sessions s on s.id = r.session_id on conflict do nothing;
      end if;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_offer_actions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then insert into offer_changes (offer_id) select distinct r.offer_id from added r  on conflict do nothing;
      elsif tg_op = 'DELETE' then insert into offer_changes (offer_id) select distinct r.offer_id from gone r  on conflict do nothing;
      else insert into offer_changes (offer_id) select distinct r.offer_id from (select n.* from added n join gone o on o.id = n.id where (n.offer_id, n.publics, n.teaching_mode, n.entry_mode, n.conventioned, n.programme_id, n.archived_at, n.place_city, n.department, n.latitude, n.longitude, n.remote) is distinct from (o.offer_id, o.publics, o.teaching_mode, o.entry_mode, o.conventioned, o.programme_id, o.archived_at, o.place_city, o.department, o.latitude, o.longitude, o.remote) union all select o.* from added n join gone o on o.id = n.id where (n.offer_id, n.publics, n.teaching_mode, n.entry_mode, n.conventioned, n.programme_id, n.archived_at, n.place_city, n.department, n.latitude, n.longitude, n.remote) is distinct from (o.offer_id, o.publics, o.teaching_mode, o.entry_mode, o.conventioned, o.programme_id, o.archived_at, o.place_city, o.department, o.latitude, o.longitude, o.remote)) r  on conflict do nothing;
      end if;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_offer_documents()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then insert into offer_changes (offer_id) select distinct r.offer_id from added r  on conflict do nothing;
      elsif tg_op = 'DELETE' then insert into offer_changes (offer_id) select distinct r.offer_id from gone r  on conflict do nothing;
      else insert into offer_changes (offer_id) select distinct r.offer_id from (select n.* from added n join gone o on o.offer_id = n.offer_id where (n.document, n.title_words, n.label_words) is distinct from (o.document, o.title_words, o.label_words) union all select o.* from added n join gone o on o.offer_id = n.offer_id where (n.document, n.title_words, n.label_words) is distinct from (o.document, o.title_words, o.label_words)) r  on conflict do nothing;
      end if;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_offer_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then insert into offer_changes (offer_id) select distinct r.offer_id from added r  on conflict do nothing;
      elsif tg_op = 'DELETE' then insert into offer_changes (offer_id) select distinct r.offer_id from gone r  on conflict do nothing;
      else insert into offer_changes (offer_id) select distinct r.offer_id from (select n.* from added n join gone o on o.id = n.id where (n.action_id, n.starts_on, n.ends_on, n.date_precision, n.recruiting, n.has_place, n.state) is distinct from (o.action_id, o.starts_on, o.ends_on, o.date_precision, o.recruiting, o.has_place, o.state) union all select o.* from added n join gone o on o.id = n.id where (n.action_id, n.starts_on, n.ends_on, n.date_precision, n.recruiting, n.has_place, n.state) is distinct from (o.action_id, o.starts_on, o.ends_on, o.date_precision, o.recruiting, o.has_place, o.state)) r  on conflict do nothing;
      end if;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.note_offers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then insert into offer_changes (offer_id) select distinct r.id from added r  on conflict do nothing;
      elsif tg_op = 'DELETE' then insert into offer_changes (offer_id) select distinct r.id from gone r  on conflict do nothing;
      else insert into offer_changes (offer_id) select distinct r.id from (select n.* from added n join gone o on o.id = n.id where (n.state, n.structure_id, n.exit_level, n.certifying, n.formacodes) is distinct from (o.state, o.structure_id, o.exit_level, o.certifying, o.formacodes) union all select o.* from added n join gone o on o.id = n.id where (n.state, n.structure_id, n.exit_level, n.certifying, n.formacodes) is distinct from (o.state, o.structure_id, o.exit_level, o.certifying, o.formacodes)) r  on conflict do nothing;
      end if;
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.one_letter_less(word text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    declare
      beginning text := left(replace(word, 'ph', 'f'), 8);
      variants text[] := array[beginning];
    begin
      for at in 1 .. length(beginning) loop
        variants := variants || (left(beginning, at - 1) || substr(beginning, at + 1));
      end loop;
      return variants;
    end $function$
;

CREATE OR REPLACE FUNCTION public.paris_year(at timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (EXTRACT(year FROM (at AT TIME ZONE 'Europe/Paris'::text)))::integer
;

CREATE OR REPLACE FUNCTION public.person_words(first_name text, last_name text, email citext)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    begin
      return public.findable_words(
        first_name || ' '' ' || last_name || ' '' ' || first_name || ' '' ' || cast(email as text));
    end $function$
;

CREATE OR REPLACE FUNCTION public.place_key(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    select regexp_replace(
      btrim(regexp_replace(lower(public.immutable_unaccent(value)), '[^a-z0-9]+', ' ', 'g')),
      '\mst(e?)\M', 'saint\1', 'g')
  $function$
;

CREATE OR REPLACE FUNCTION public.plain_spaces(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select translate(value, U&'\00A0\202F', '  ') $function$
;

CREATE OR REPLACE FUNCTION public.plain_words(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    declare
      folded text := lower(public.immutable_unaccent(value));
    begin
      -- Half of the names of SIRENE have nothing to cut: an import of a million is that much shorter.
      if folded ~ '^[a-z0-9]+( [a-z0-9]+)*$' and ' ' || folded || ' ' not like '% _ _ %' then
        return folded;
      end if;
      if value !~ '\m[[:alpha:]][.&[:space:]]{1,3}[[:alpha:]](?![[:alnum:]])' then return btrim(regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g')); end if;
      -- Letters are joined before accents go: « a » may be one of a sigle, « à » is not.
      return btrim(regexp_replace(lower(public.immutable_unaccent(public.join_letters(value))), '[^[:alnum:]]+', ' ', 'g'));
    end $function$
;

CREATE OR REPLACE FUNCTION public.query_words(typed text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    select cut_keeping(regexp_replace(regexp_replace(
             case when typed like '%"%' then typed
                  else regexp_replace(typed, '(^|[[:space:]])[àÀ](?=[[:space:]]|$)', '\1', 'g') end,
             '([^[:space:]"-])-+', '\1, ', 'g'), '-(?![[:alnum:]"])', ' ', 'g'), '"-') $function$
;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
  end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    raise exception '% is never changed', tg_table_name using errcode = 'restrict_violation';
  end $function$
;

CREATE OR REPLACE FUNCTION public.renew_body_documents()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform write_offer_documents(array(select id from offers where structure_id = new.id));
      return null;
    end $function$
;

CREATE OR REPLACE FUNCTION public.renew_documents()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_table_name = 'action_kinds' then update actions set kind_id = kind_id where kind_id = new.id;
    elsif tg_table_name = 'themes' then update actions set theme_id = theme_id where theme_id = new.id;
    else update actions set provider_id = provider_id where provider_id = new.id;
    end if;
    return null;
  end $function$
;

CREATE OR REPLACE FUNCTION public.resembling_offer_words(term text)
 RETURNS TABLE(word text, likeness real)
 LANGUAGE sql
 STABLE ROWS 10
 SET "pg_trgm.word_similarity_threshold" TO '0.38'
AS $function$ select w.word, word_similarity(term, w.word) as likeness from offer_words w where term <% w.word
             group by w.word order by likeness desc, w.word limit 40 $function$
;

CREATE OR REPLACE FUNCTION public.resembling_words(term text)
 RETURNS TABLE(word text, likeness real)
 LANGUAGE sql
 STABLE ROWS 10
 SET "pg_trgm.word_similarity_threshold" TO '0.38'
AS $function$ select w.word, word_similarity(term, w.word) as likeness from catalogue_words w where term <% w.word
           order by likeness desc, w.word limit 40 $function$
;

CREATE OR REPLACE FUNCTION public.search_structures(typed text, digits text, departments jsonb, today date, with_closed boolean, wanted integer)
 RETURNS TABLE(id integer, siret text, name text, acronym text, postcode text, city text, is_closed boolean)
 LANGUAGE plpgsql
 STABLE
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET "pg_trgm.similarity_threshold" TO '0.4'
AS $function$
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
        found := found || array(
            select s.id from structures s
             where s.id % 16 = 0 and siret_parts(s.siret) @> parts and s.siret like '%' || digits || '%'
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit wanted);
        if cardinality(found) < wanted then
          found := found || array(
            select s.id from structures s
             where true and siret_parts(s.siret) @> parts and s.siret like '%' || digits || '%'
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit 4 * wanted);
        end if;
      end if;
    end if;

    if length(digits) < 14 and phrase <> '' then
      found := found
        || array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.search_acronym = phrase and (with_closed or s.closed_on is null or s.closed_on > today) limit wanted) x limit wanted)
        || array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.search_text ~>=~ phrase and s.search_text ~<~ past and (with_closed or s.closed_on is null or s.closed_on > today)
               order by s.search_text using ~<~ limit wanted) x limit wanted)
        || array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.search_brand ~>=~ phrase and s.search_brand ~<~ past and (with_closed or s.closed_on is null or s.closed_on > today)
               order by s.search_brand using ~<~ limit wanted) x limit wanted)
        || array(
            select x.id from generate_series(0, 3) r, lateral (
              select s.id from structures s
               where s.search_rank = r and s.search_acronym ~>=~ phrase and s.search_acronym ~<~ past and (with_closed or s.closed_on is null or s.closed_on > today)
               order by s.search_acronym using ~<~ limit wanted) x limit wanted);
    end if;
    found := array(select distinct unnest(found));

    if cardinality(words) > 0 and length(digits) < 14 then
      for reach in 0 .. 2 loop
        exit when cardinality(found) >= wanted or cardinality(found) > 0 and (reach = 2 or reach = 1 and cardinality(words) > 1);
        select * into query from structure_query(words, places, reach);
        continue when query.by_index = asked;
        asked := query.by_index;
        if query.is_common then
          found := found || array(
            select s.id from structures s
             where s.closed_on is null and s.is_head_office and s.id % 16 = 0 and s.search_words @@ query.by_index
               and (query.still is null or s.search_words @@ query.still)
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit 3 * wanted);
          exit when cardinality(found) >= wanted;
        end if;
        found := found || array(
            select s.id from structures s
             where s.closed_on is null and s.is_head_office and s.search_words @@ query.by_index
               and (query.still is null or s.search_words @@ query.still)
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit 10 * wanted);
        exit when cardinality(found) >= wanted;
        if query.is_common then
          found := found || array(
            select s.id from structures s
             where not (s.closed_on is null and s.is_head_office) and s.id % 16 = 0 and s.search_words @@ query.by_index
               and (query.still is null or s.search_words @@ query.still)
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit 3 * wanted);
          exit when cardinality(found) >= wanted;
        end if;
        found := found || array(
            select s.id from structures s
             where not (s.closed_on is null and s.is_head_office) and s.search_words @@ query.by_index
               and (query.still is null or s.search_words @@ query.still)
               and (with_closed or s.closed_on is null or s.closed_on > today) and s.id <> all(found)
             limit 10 * wanted);
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
  end $function$
;

CREATE OR REPLACE FUNCTION public.shift_seat_counts(session integer, before text, after text)
 RETURNS void
 LANGUAGE sql
AS $function$
    update sessions
       set seats_held = seats_held + coalesce(holds_seat(after)::int, 0) - coalesce(holds_seat(before)::int, 0),
           live_requests = live_requests + coalesce(is_live(after)::int, 0) - coalesce(is_live(before)::int, 0),
           waitlisted = waitlisted + coalesce(after = 'waitlisted', false)::int
                                   - coalesce(before = 'waitlisted', false)::int
     where id = session and before is distinct from after
       and (coalesce(holds_seat(after), false) <> coalesce(holds_seat(before), false)
            or coalesce(is_live(after), false) <> coalesce(is_live(before), false)
            or 'waitlisted' in (coalesce(before, ''), coalesce(after, '')))
  $function$
;

CREATE OR REPLACE FUNCTION public.siret_parts(siret character)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT COST 5000
AS $function$
    begin
      return array[cast(substr(siret, 1, 4) as integer), cast(substr(siret, 2, 4) as integer),
                   cast(substr(siret, 3, 4) as integer), cast(substr(siret, 4, 4) as integer),
                   cast(substr(siret, 5, 4) as integer), cast(substr(siret, 6, 4) as integer),
                   cast(substr(siret, 7, 4) as integer), cast(substr(siret, 8, 4) as integer),
                   cast(substr(siret, 9, 4) as integer), cast(substr(siret, 10, 4) as integer),
                   cast(substr(siret, 11, 4) as integer)];
    end $function$
;

CREATE OR REPLACE FUNCTION public.structure_query(words text[], places text[], reach integer, OUT wide tsquery, OUT by_index tsquery, OUT still tsquery, OUT is_common boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
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
  end $function$
;

CREATE OR REPLACE FUNCTION public.structure_terms(typed text, departments jsonb, OUT phrase text, OUT words text[], OUT places text[])
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
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
  end $function$
;

CREATE OR REPLACE FUNCTION public.structure_words_of(name text, city text, postcode text, department text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    begin
      return array_to_tsvector(array_remove(string_to_array(
        public.findable_words(name) || ' @' || replace(public.plain_words(city), ' ', ' @')
        || ' @' || postcode || ' @=' || department, ' '), ''));
    end $function$
;

CREATE OR REPLACE FUNCTION public.uses_right(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (state = ANY (ARRAY['requested'::text, 'waitlisted'::text, 'preregistered'::text, 'enrolled'::text, 'attended'::text, 'absent'::text]))
;

CREATE OR REPLACE FUNCTION public.with_pairs(words text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    begin
      if ' ' || words || ' ' not like '% _ _ %' then return words; end if;
      return words || ' ' || regexp_replace(words, '(?<=\m[[:alpha:]]) (?=[[:alpha:]]\M)', '', 'g');
    end $function$
;

CREATE OR REPLACE FUNCTION public.word_patterns(typed text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select case when coalesce(typed, '') = '' then array['%']
                when plain_words(typed) = '' then array[cast(null as text)]
                else (select array_agg('%' || word || '%')
                        from unnest((string_to_array(plain_words(typed), ' '))[1:12]) word) end $function$
;

CREATE OR REPLACE FUNCTION public.words_pattern(typed text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select case when coalesce(typed, '') = '' then '%'
                else '%' || replace(nullif(plain_words(typed), ''), ' ', '%') || '%' end $function$
;

CREATE OR REPLACE FUNCTION public.write_offer_documents(ids integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
    end $function$
;

create text search configuration french_unaccent;
alter text search configuration french_unaccent map asciihword with french_stem;
alter text search configuration french_unaccent map asciiword with french_stem;
alter text search configuration french_unaccent map email with simple;
alter text search configuration french_unaccent map file with simple;
alter text search configuration french_unaccent map float with simple;
alter text search configuration french_unaccent map host with simple;
alter text search configuration french_unaccent map hword with unaccent, french_stem;
alter text search configuration french_unaccent map hword_asciipart with french_stem;
alter text search configuration french_unaccent map hword_numpart with simple;
alter text search configuration french_unaccent map hword_part with unaccent, french_stem;
alter text search configuration french_unaccent map int with simple;
alter text search configuration french_unaccent map numhword with simple;
alter text search configuration french_unaccent map numword with simple;
alter text search configuration french_unaccent map sfloat with simple;
alter text search configuration french_unaccent map uint with simple;
alter text search configuration french_unaccent map url with simple;
alter text search configuration french_unaccent map url_path with simple;
alter text search configuration french_unaccent map version with simple;
alter text search configuration french_unaccent map word with unaccent, french_stem;

create table account_request_reminders (
  request_id integer not null,
  working_days integer not null,
  sent_at timestamp with time zone not null,
  constraint account_request_reminders_pkey PRIMARY KEY (request_id, working_days),
  constraint account_request_reminders_request_id_fkey FOREIGN KEY (request_id) REFERENCES account_requests(id) ON DELETE CASCADE
);

create table account_requests (
  id integer not null generated always as identity,
  structure_id integer not null,
  email citext not null,
  password_hash text,
  civility text not null,
  last_name text not null,
  first_name text not null,
  job_title text,
  phone text,
  mobile text,
  state text not null default 'email_unconfirmed'::text,
  token_hash text not null,
  token_expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by integer,
  refusal_reason text,
  user_id integer,
  vouched_by text,
  vouched_issuer text,
  vouched_subject text,
  vouched_name text,
  vouched_siret text,
  constraint account_requests_pkey PRIMARY KEY (id),
  constraint account_requests_token_hash_key UNIQUE (token_hash),
  constraint account_requests_check CHECK (((state = ANY (ARRAY['email_unconfirmed'::text, 'pending'::text])) = (password_hash IS NOT NULL))),
  constraint account_requests_check1 CHECK (((state <> 'refused'::text) OR (refusal_reason IS NOT NULL))),
  constraint account_requests_check2 CHECK ((((vouched_by IS NULL) = (vouched_issuer IS NULL)) AND ((vouched_by IS NULL) = (vouched_subject IS NULL)))),
  constraint account_requests_civility_check CHECK ((civility = ANY (ARRAY['Mme'::text, 'M.'::text]))),
  constraint account_requests_state_check CHECK ((state = ANY (ARRAY['email_unconfirmed'::text, 'pending'::text, 'accepted'::text, 'refused'::text, 'expired'::text, 'withdrawn'::text]))),
  constraint account_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint account_requests_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint account_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX account_requests_structure ON public.account_requests USING btree (structure_id, state);
CREATE UNIQUE INDEX one_live_account_request ON public.account_requests USING btree (email) WHERE (state = ANY (ARRAY['email_unconfirmed'::text, 'pending'::text]));

create table action_document_contents (
  document_id integer not null,
  content bytea storage e not null,
  constraint action_document_contents_pkey PRIMARY KEY (document_id),
  constraint action_document_contents_document_id_fkey FOREIGN KEY (document_id) REFERENCES action_documents(id) ON DELETE CASCADE
);

create table action_documents (
  id integer not null generated always as identity,
  action_id integer not null,
  title text not null,
  "position" integer not null,
  bytes integer not null,
  sha256 text not null,
  added_at timestamp with time zone not null,
  constraint action_documents_pkey PRIMARY KEY (id),
  constraint action_documents_action_id_sha256_key UNIQUE (action_id, sha256),
  constraint action_documents_bytes_check CHECK ((bytes > 0)),
  constraint action_documents_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE
);

create table action_former_slugs (
  slug text not null,
  action_id integer not null,
  constraint action_former_slugs_pkey PRIMARY KEY (slug),
  constraint action_former_slugs_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE
);
CREATE INDEX action_former_slugs_action ON public.action_former_slugs USING btree (action_id);

create table action_kinds (
  id integer not null generated always as identity,
  code text not null,
  label text not null,
  "position" integer not null,
  reserved boolean not null,
  counts_as_formation boolean not null,
  counts_in_yearly_total boolean not null,
  needs_hr_approval boolean not null,
  needs_provider_approval boolean not null,
  lock_version integer not null default 1,
  is_training boolean not null default false,
  constraint action_kinds_pkey PRIMARY KEY (id),
  constraint action_kinds_code_key UNIQUE (code),
  constraint action_kinds_check CHECK ((needs_provider_approval OR (NOT needs_hr_approval)))
);
CREATE CONSTRAINT TRIGGER action_kinds_version AFTER UPDATE ON public.action_kinds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((((old.code IS DISTINCT FROM new.code) OR (old.label IS DISTINCT FROM new.label)) OR (old."position" IS DISTINCT FROM new."position")) OR (old.reserved IS DISTINCT FROM new.reserved))) EXECUTE FUNCTION note_catalogue_version();
CREATE CONSTRAINT TRIGGER action_kinds_version_rows AFTER INSERT OR DELETE ON public.action_kinds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_catalogue_version();
CREATE TRIGGER kinds_documents AFTER UPDATE OF label ON public.action_kinds FOR EACH ROW WHEN ((old.label IS DISTINCT FROM new.label)) EXECUTE FUNCTION renew_documents();

create table action_legal (
  action_id integer not null,
  nature text not null default 'training'::text,
  means text not null default ''::text,
  follow_up text not null default ''::text,
  evaluation text not null default ''::text,
  sanction text not null default ''::text,
  is_cofinanced boolean not null default false,
  constraint action_legal_pkey PRIMARY KEY (action_id),
  constraint action_legal_evaluation_check CHECK ((char_length(evaluation) <= 2000)),
  constraint action_legal_follow_up_check CHECK ((char_length(follow_up) <= 2000)),
  constraint action_legal_means_check CHECK ((char_length(means) <= 2000)),
  constraint action_legal_nature_check CHECK ((nature = ANY (ARRAY['training'::text, 'skills_assessment'::text, 'vae'::text, 'apprenticeship'::text]))),
  constraint action_legal_sanction_check CHECK ((char_length(sanction) <= 500)),
  constraint action_legal_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE
);

create table action_words (
  action_id integer not null,
  word text not null,
  in_title boolean not null,
  constraint action_words_pkey PRIMARY KEY (word, action_id),
  constraint action_words_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE,
  constraint action_words_word_fkey FOREIGN KEY (word) REFERENCES catalogue_words(word)
);
CREATE INDEX action_words_action ON public.action_words USING btree (action_id);

create table actions (
  id integer not null generated always as identity,
  slug text not null,
  title text not null,
  kind_id integer not null,
  theme_id integer not null,
  provider_id integer not null,
  modality text not null,
  duration_days numeric(4,1) not null,
  objectives text not null default ''::text,
  audience text not null default ''::text,
  prerequisites text not null default ''::text,
  programme text not null default ''::text,
  trainer text not null default ''::text,
  published_at timestamp with time zone,
  archived_at timestamp with time zone,
  search_document tsvector not null,
  lock_version integer not null default 1,
  reference text,
  noticed_at timestamp with time zone,
  changed_at timestamp with time zone,
  search_title text not null generated always as (findable_words(title)) stored,
  constraint actions_pkey PRIMARY KEY (id),
  constraint actions_slug_key UNIQUE (slug),
  constraint actions_duration_days_check CHECK ((duration_days > (0)::numeric)),
  constraint actions_modality_check CHECK ((modality = ANY (ARRAY['in_person'::text, 'remote'::text, 'mixed'::text]))),
  constraint actions_reference_check CHECK ((reference <> ''::text)),
  constraint actions_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  constraint actions_kind_id_fkey FOREIGN KEY (kind_id) REFERENCES action_kinds(id),
  constraint actions_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES structures(id),
  constraint actions_theme_id_fkey FOREIGN KEY (theme_id) REFERENCES themes(id)
);
CREATE INDEX actions_catalogue ON public.actions USING btree (id) INCLUDE (title, kind_id, theme_id, provider_id, modality, published_at, archived_at);
CREATE INDEX actions_kind ON public.actions USING btree (kind_id);
CREATE INDEX actions_noticed ON public.actions USING btree (noticed_at) WHERE (noticed_at IS NOT NULL);
CREATE INDEX actions_provider ON public.actions USING btree (provider_id);
CREATE UNIQUE INDEX actions_reference ON public.actions USING btree (reference) WHERE (reference IS NOT NULL);
CREATE INDEX actions_search ON public.actions USING gin (search_document);
CREATE INDEX actions_theme ON public.actions USING btree (theme_id);
CREATE INDEX actions_title ON public.actions USING gin (search_title gin_trgm_ops);
CREATE INDEX actions_to_notice ON public.actions USING btree (published_at) WHERE ((published_at IS NOT NULL) AND ((noticed_at IS NULL) OR (noticed_at < published_at)));
CREATE TRIGGER actions_document BEFORE INSERT OR UPDATE OF title, objectives, audience, programme, trainer, kind_id, theme_id, provider_id ON public.actions FOR EACH ROW EXECUTE FUNCTION keep_action_document();
CREATE CONSTRAINT TRIGGER actions_version AFTER UPDATE ON public.actions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((((((((old.title IS DISTINCT FROM new.title) OR (old.kind_id IS DISTINCT FROM new.kind_id)) OR (old.theme_id IS DISTINCT FROM new.theme_id)) OR (old.provider_id IS DISTINCT FROM new.provider_id)) OR (old.modality IS DISTINCT FROM new.modality)) OR (old.published_at IS DISTINCT FROM new.published_at)) OR (old.archived_at IS DISTINCT FROM new.archived_at)) OR (old.search_document IS DISTINCT FROM new.search_document))) EXECUTE FUNCTION note_catalogue_version();
CREATE CONSTRAINT TRIGGER actions_version_rows AFTER INSERT OR DELETE ON public.actions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_catalogue_version();
CREATE TRIGGER actions_words AFTER INSERT OR UPDATE OF title, kind_id, theme_id ON public.actions FOR EACH ROW EXECUTE FUNCTION keep_action_words();

create table affiliation_requests (
  id integer not null generated always as identity,
  user_id integer not null,
  structure_id integer not null,
  state text not null default 'pending'::text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  decided_by integer,
  refusal_reason text,
  constraint affiliation_requests_pkey PRIMARY KEY (id),
  constraint affiliation_requests_check CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
  constraint affiliation_requests_check1 CHECK (((state <> 'refused'::text) OR (refusal_reason IS NOT NULL))),
  constraint affiliation_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint affiliation_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint affiliation_requests_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint affiliation_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX affiliation_requests_structure ON public.affiliation_requests USING btree (structure_id, state);
CREATE INDEX affiliation_requests_waiting ON public.affiliation_requests USING btree (created_at, id) WHERE (state = 'pending'::text);
CREATE UNIQUE INDEX one_live_affiliation_request ON public.affiliation_requests USING btree (user_id, structure_id) WHERE (state = 'pending'::text);

create table affiliation_rights (
  affiliation_id integer not null,
  "right" text not null,
  granted_at timestamp with time zone not null,
  granted_by integer,
  constraint affiliation_rights_pkey PRIMARY KEY (affiliation_id, "right"),
  constraint affiliation_rights_right_check CHECK (("right" = ANY (ARRAY['referent'::text, 'beneficiary'::text, 'hr_validator'::text, 'provider'::text, 'of_catalogue'::text, 'of_preregistration'::text, 'of_general'::text, 'prescriber_1'::text, 'prescriber_2'::text, 'prescriber_3'::text]))),
  constraint affiliation_rights_affiliation_id_fkey FOREIGN KEY (affiliation_id) REFERENCES affiliations(id) ON DELETE CASCADE,
  constraint affiliation_rights_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX affiliation_rights_deciders ON public.affiliation_rights USING btree ("right", affiliation_id) WHERE ("right" = ANY (ARRAY['hr_validator'::text, 'provider'::text]));
CREATE UNIQUE INDEX one_of_right ON public.affiliation_rights USING btree (affiliation_id) WHERE ("right" = ANY (ARRAY['of_catalogue'::text, 'of_preregistration'::text, 'of_general'::text]));
CREATE UNIQUE INDEX one_prescriber_right ON public.affiliation_rights USING btree (affiliation_id) WHERE ("right" = ANY (ARRAY['prescriber_1'::text, 'prescriber_2'::text, 'prescriber_3'::text]));

create table affiliations (
  id integer not null generated always as identity,
  user_id integer not null,
  structure_id integer not null,
  since timestamp with time zone not null,
  constraint affiliations_pkey PRIMARY KEY (id),
  constraint affiliations_user_id_structure_id_key UNIQUE (user_id, structure_id),
  constraint affiliations_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint affiliations_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX affiliations_structure ON public.affiliations USING btree (structure_id);

create table attendance (
  enrolment_id integer not null,
  slot_id integer not null,
  presence text not null,
  minutes integer,
  changed_at timestamp with time zone not null,
  constraint attendance_pkey PRIMARY KEY (enrolment_id, slot_id),
  constraint attendance_check CHECK (((presence = 'partial'::text) = (minutes IS NOT NULL))),
  constraint attendance_minutes_check CHECK ((minutes > 0)),
  constraint attendance_presence_check CHECK ((presence = ANY (ARRAY['present'::text, 'partial'::text, 'absent'::text, 'excused'::text]))),
  constraint attendance_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint attendance_slot_id_fkey FOREIGN KEY (slot_id) REFERENCES attendance_slots(slot_id)
);
CREATE INDEX attendance_slot ON public.attendance USING btree (slot_id);

create table attendance_sheets (
  session_id integer not null,
  closed_at timestamp with time zone not null,
  closed_by integer not null,
  constraint attendance_sheets_pkey PRIMARY KEY (session_id),
  constraint attendance_sheets_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES users(id),
  constraint attendance_sheets_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);

create table attendance_signature_evidence (
  session_id integer not null,
  seq integer not null,
  nonce text not null,
  ip text not null,
  user_agent text not null,
  reason text not null,
  strokes text not null,
  trainer text not null,
  constraint attendance_signature_evidence_pkey PRIMARY KEY (session_id, seq),
  constraint attendance_signature_evidence_ip_check CHECK ((char_length(ip) <= 45)),
  constraint attendance_signature_evidence_nonce_check CHECK ((char_length(nonce) = 32)),
  constraint attendance_signature_evidence_reason_check CHECK ((char_length(reason) <= 500)),
  constraint attendance_signature_evidence_strokes_check CHECK ((char_length(strokes) <= 12000)),
  constraint attendance_signature_evidence_trainer_check CHECK ((char_length(trainer) <= 400)),
  constraint attendance_signature_evidence_user_agent_check CHECK ((char_length(user_agent) <= 400)),
  constraint attendance_signature_evidence_session_id_seq_fkey FOREIGN KEY (session_id, seq) REFERENCES attendance_signatures(session_id, seq)
);
CREATE TRIGGER attendance_signature_evidence_frozen BEFORE UPDATE OR TRUNCATE ON public.attendance_signature_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_update();

create table attendance_signatures (
  session_id integer not null,
  seq integer not null,
  kind text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  enrolment_id integer,
  user_id integer,
  link_id integer,
  method text not null,
  signed_at timestamp with time zone not null,
  statement_sha256 bytea not null,
  evidence_sha256 bytea not null,
  ticket_sha256 bytea,
  prev bytea not null,
  hash bytea not null,
  constraint attendance_signatures_pkey PRIMARY KEY (session_id, seq),
  constraint attendance_signatures_hash_key UNIQUE (hash),
  constraint attendance_signatures_ticket_sha256_key UNIQUE (ticket_sha256),
  constraint attendance_signatures_check CHECK (((enrolment_id IS NULL) = (kind = 'trainer'::text))),
  constraint attendance_signatures_check1 CHECK ((num_nonnulls(user_id, link_id) = 1)),
  constraint attendance_signatures_evidence_sha256_check CHECK ((octet_length(evidence_sha256) = 32)),
  constraint attendance_signatures_hash_check CHECK ((octet_length(hash) = 32)),
  constraint attendance_signatures_kind_check CHECK ((kind = ANY (ARRAY['participant'::text, 'trainer'::text, 'confirmation'::text]))),
  constraint attendance_signatures_method_check CHECK ((method = ANY (ARRAY['qr'::text, 'digits'::text, 'late'::text, 'account'::text, 'link'::text]))),
  constraint attendance_signatures_prev_check CHECK ((octet_length(prev) = 32)),
  constraint attendance_signatures_seq_check CHECK ((seq > 0)),
  constraint attendance_signatures_ticket_sha256_check CHECK ((octet_length(ticket_sha256) = 32)),
  constraint attendance_signatures_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint attendance_signatures_link_id_fkey FOREIGN KEY (link_id) REFERENCES trainer_links(id),
  constraint attendance_signatures_session_id_fkey FOREIGN KEY (session_id) REFERENCES signature_chains(session_id),
  constraint attendance_signatures_statement_sha256_fkey FOREIGN KEY (statement_sha256) REFERENCES signed_statements(sha256),
  constraint attendance_signatures_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX attendance_signatures_enrolment ON public.attendance_signatures USING btree (enrolment_id);
CREATE INDEX attendance_signatures_link ON public.attendance_signatures USING btree (link_id);
CREATE UNIQUE INDEX attendance_signatures_once ON public.attendance_signatures USING btree (session_id, starts_at, ends_at, kind, enrolment_id) NULLS NOT DISTINCT;
CREATE INDEX attendance_signatures_user ON public.attendance_signatures USING btree (user_id);
CREATE TRIGGER attendance_signatures_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.attendance_signatures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table attendance_slots (
  slot_id integer not null,
  version integer not null default 1,
  recorded_at timestamp with time zone not null,
  recorded_by integer not null,
  recorded_by_link integer,
  constraint attendance_slots_pkey PRIMARY KEY (slot_id),
  constraint attendance_slots_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES users(id),
  constraint attendance_slots_recorded_by_link_fkey FOREIGN KEY (recorded_by_link) REFERENCES trainer_links(id),
  constraint attendance_slots_slot_id_fkey FOREIGN KEY (slot_id) REFERENCES slots(id)
);

create table audit_entries (
  id bigint not null generated always as identity,
  at timestamp with time zone not null,
  action text not null,
  actor_id integer,
  person_id integer,
  structure_id integer,
  subject_kind text,
  subject_id integer,
  details jsonb not null default '{}'::jsonb,
  way text not null,
  ip inet,
  request_id text,
  constraint audit_entries_pkey PRIMARY KEY (id),
  constraint audit_entries_check CHECK (((subject_kind IS NULL) = (subject_id IS NULL))),
  constraint audit_entries_way_check CHECK ((way = ANY (ARRAY['page'::text, 'system'::text]))),
  constraint audit_entries_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users(id),
  constraint audit_entries_person_id_fkey FOREIGN KEY (person_id) REFERENCES users(id),
  constraint audit_entries_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE INDEX audit_entries_action ON public.audit_entries USING btree (action, at DESC, id DESC);
CREATE INDEX audit_entries_actor ON public.audit_entries USING btree (actor_id, at DESC);
CREATE INDEX audit_entries_at ON public.audit_entries USING btree (at DESC, id DESC);
CREATE INDEX audit_entries_ip ON public.audit_entries USING btree (ip, at DESC);
CREATE INDEX audit_entries_person ON public.audit_entries USING btree (person_id, at DESC);
CREATE INDEX audit_entries_structure ON public.audit_entries USING btree (structure_id, at DESC);
CREATE INDEX audit_entries_subject ON public.audit_entries USING btree (subject_kind, subject_id, id);
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- always enabled

create table badge_contents (
  code text not null,
  salt text not null,
  identity_hash text not null,
  jws text not null,
  constraint badge_contents_pkey PRIMARY KEY (code),
  constraint badge_contents_salt_check CHECK ((char_length(salt) >= 22)),
  constraint badge_contents_code_fkey FOREIGN KEY (code) REFERENCES badges(code)
);
CREATE TRIGGER badge_contents_frozen BEFORE UPDATE OR TRUNCATE ON public.badge_contents FOR EACH STATEMENT EXECUTE FUNCTION refuse_update();

create table badge_holders (
  user_id integer not null,
  on_deletion text not null,
  constraint badge_holders_pkey PRIMARY KEY (user_id),
  constraint badge_holders_on_deletion_check CHECK ((on_deletion = ANY (ARRAY['keep'::text, 'revoke'::text]))),
  constraint badge_holders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table badge_keys (
  kid uuid not null,
  public_jwk jsonb not null,
  sealed_private_jwk text,
  used_from timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint badge_keys_pkey PRIMARY KEY (kid),
  constraint badge_keys_check CHECK (((sealed_private_jwk IS NULL) = (retired_at IS NOT NULL)))
);
CREATE UNIQUE INDEX one_present_badge_key ON public.badge_keys USING btree ((true)) WHERE (retired_at IS NULL);

create table badge_model_actions (
  model_id integer not null,
  action_id integer not null,
  constraint badge_model_actions_pkey PRIMARY KEY (model_id, action_id),
  constraint badge_model_actions_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE,
  constraint badge_model_actions_model_id_fkey FOREIGN KEY (model_id) REFERENCES badge_models(id)
);
CREATE INDEX badge_model_actions_action ON public.badge_model_actions USING btree (action_id);

create table badge_model_kinds (
  model_id integer not null,
  kind_id integer not null,
  constraint badge_model_kinds_pkey PRIMARY KEY (model_id, kind_id),
  constraint badge_model_kinds_kind_id_fkey FOREIGN KEY (kind_id) REFERENCES action_kinds(id) ON DELETE CASCADE,
  constraint badge_model_kinds_model_id_fkey FOREIGN KEY (model_id) REFERENCES badge_models(id)
);
CREATE INDEX badge_model_kinds_kind ON public.badge_model_kinds USING btree (kind_id);

create table badge_model_versions (
  model_id integer not null,
  version integer not null,
  name text not null,
  description text not null,
  criteria text not null,
  image bytea storage e not null,
  published_at timestamp with time zone not null,
  published_by integer,
  constraint badge_model_versions_pkey PRIMARY KEY (model_id, version),
  constraint badge_model_versions_criteria_check CHECK (((char_length(criteria) >= 1) AND (char_length(criteria) <= 2000))),
  constraint badge_model_versions_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500))),
  constraint badge_model_versions_image_check CHECK ((octet_length(image) <= 300000)),
  constraint badge_model_versions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint badge_model_versions_version_check CHECK ((version > 0)),
  constraint badge_model_versions_model_id_fkey FOREIGN KEY (model_id) REFERENCES badge_models(id),
  constraint badge_model_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES users(id)
);
CREATE TRIGGER badge_model_versions_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.badge_model_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table badge_models (
  id integer not null generated always as identity,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  lock_version integer not null default 1,
  constraint badge_models_pkey PRIMARY KEY (id)
);

create table badge_requests (
  id integer not null generated always as identity,
  enrolment_id integer not null,
  user_id integer not null,
  model_id integer not null,
  state text not null default 'pending'::text,
  evidence text not null default ''::text,
  shows_certificate boolean not null default false,
  asked_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by integer,
  refusal_reason text,
  revocation_words text,
  constraint badge_requests_pkey PRIMARY KEY (id),
  constraint badge_requests_check CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
  constraint badge_requests_check1 CHECK (((state = 'refused'::text) = (refusal_reason IS NOT NULL))),
  constraint badge_requests_evidence_check CHECK ((char_length(evidence) <= 2000)),
  constraint badge_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint badge_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id),
  constraint badge_requests_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint badge_requests_model_id_fkey FOREIGN KEY (model_id) REFERENCES badge_models(id),
  constraint badge_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX badge_requests_enrolment ON public.badge_requests USING btree (enrolment_id);
CREATE INDEX badge_requests_list ON public.badge_requests USING btree (state, asked_at);
CREATE INDEX badge_requests_model ON public.badge_requests USING btree (model_id);
CREATE INDEX badge_requests_user ON public.badge_requests USING btree (user_id, asked_at DESC);
CREATE UNIQUE INDEX one_live_badge_request ON public.badge_requests USING btree (user_id, model_id) WHERE (state = 'pending'::text);

create table badge_revocations (
  code text not null,
  at timestamp with time zone not null,
  by integer,
  cause text not null,
  constraint badge_revocations_pkey PRIMARY KEY (code),
  constraint badge_revocations_cause_check CHECK ((cause = ANY (ARRAY['mistake'::text, 'unmet'::text, 'asked'::text, 'reissued'::text, 'account_deleted'::text]))),
  constraint badge_revocations_by_fkey FOREIGN KEY (by) REFERENCES users(id),
  constraint badge_revocations_code_fkey FOREIGN KEY (code) REFERENCES badges(code)
);
CREATE INDEX badge_revocations_at ON public.badge_revocations USING btree (at DESC);
CREATE TRIGGER badge_revocations_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.badge_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table badges (
  code text not null,
  request_id integer not null,
  model_id integer not null,
  model_version integer not null,
  status_list integer not null,
  status_index integer not null,
  kid uuid not null,
  sha256 bytea not null,
  awarded_at timestamp with time zone not null,
  issued_at timestamp with time zone not null,
  issued_by integer,
  replaces_code text,
  constraint badges_pkey PRIMARY KEY (code),
  constraint badges_replaces_code_key UNIQUE (replaces_code),
  constraint badges_status_list_status_index_key UNIQUE (status_list, status_index),
  constraint badges_code_check CHECK ((code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'::text)),
  constraint badges_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint badges_status_index_check CHECK (((status_index >= 0) AND (status_index <= 131071))),
  constraint badges_status_list_check CHECK ((status_list > 0)),
  constraint badges_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES users(id),
  constraint badges_kid_fkey FOREIGN KEY (kid) REFERENCES badge_keys(kid),
  constraint badges_model_id_model_version_fkey FOREIGN KEY (model_id, model_version) REFERENCES badge_model_versions(model_id, version),
  constraint badges_replaces_code_fkey FOREIGN KEY (replaces_code) REFERENCES badges(code),
  constraint badges_request_id_fkey FOREIGN KEY (request_id) REFERENCES badge_requests(id)
);
CREATE INDEX badges_issued ON public.badges USING btree (issued_at DESC, code);
CREATE INDEX badges_model ON public.badges USING btree (model_id, model_version);
CREATE INDEX badges_request ON public.badges USING btree (request_id, issued_at DESC);
CREATE TRIGGER badges_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.badges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table calendar_feeds (
  user_id integer not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  constraint calendar_feeds_pkey PRIMARY KEY (user_id),
  constraint calendar_feeds_token_hash_key UNIQUE (token_hash),
  constraint calendar_feeds_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table catalogue_version (
  id integer not null,
  changed_by xid8 not null,
  constraint catalogue_version_pkey PRIMARY KEY (id),
  constraint catalogue_version_id_check CHECK ((id = 1))
);

create table catalogue_words (
  word text not null,
  constraint catalogue_words_pkey PRIMARY KEY (word)
);
CREATE INDEX catalogue_words_letters ON public.catalogue_words USING gin (word gin_trgm_ops);

create table certifications (
  kind text not null,
  code text not null,
  label text not null,
  level smallint,
  expires_on date,
  constraint certifications_pkey PRIMARY KEY (kind, code),
  constraint certifications_code_check CHECK ((code ~ '^[0-9]{1,6}$'::text)),
  constraint certifications_kind_check CHECK ((kind = ANY (ARRAY['RNCP'::text, 'RS'::text]))),
  constraint certifications_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 400))),
  constraint certifications_level_check CHECK (((level >= 1) AND (level <= 8)))
);
CREATE TRIGGER certifications_offer_changes AFTER INSERT OR DELETE OR UPDATE ON public.certifications FOR EACH STATEMENT EXECUTE FUNCTION note_all_offers();

create table communes (
  department text not null,
  name text not null,
  key text not null generated always as (place_key(name)) stored,
  latitude double precision not null,
  longitude double precision not null,
  constraint communes_pkey PRIMARY KEY (department, name),
  constraint communes_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
  constraint communes_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
);
CREATE INDEX communes_key ON public.communes USING btree (key);
CREATE INDEX communes_position ON public.communes USING btree (latitude, longitude);

create table confirmation_reminders (
  enrolment_id integer not null,
  asked_at timestamp with time zone not null,
  moment text not null,
  sent_at timestamp with time zone not null,
  constraint confirmation_reminders_pkey PRIMARY KEY (enrolment_id, asked_at, moment),
  constraint confirmation_reminders_moment_check CHECK ((moment = ANY (ARRAY['after_move'::text, 'before_start'::text]))),
  constraint confirmation_reminders_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id)
);

create table convention_signature_evidence (
  document_id integer not null,
  party text not null,
  nonce text not null,
  name text not null,
  quality text not null,
  statement text not null,
  ip text not null,
  user_agent text not null,
  constraint convention_signature_evidence_pkey PRIMARY KEY (document_id, party),
  constraint convention_signature_evidence_ip_check CHECK ((char_length(ip) <= 45)),
  constraint convention_signature_evidence_name_check CHECK ((char_length(name) <= 250)),
  constraint convention_signature_evidence_nonce_check CHECK ((char_length(nonce) = 32)),
  constraint convention_signature_evidence_quality_check CHECK (((char_length(quality) >= 1) AND (char_length(quality) <= 120))),
  constraint convention_signature_evidence_statement_check CHECK ((char_length(statement) <= 1000)),
  constraint convention_signature_evidence_user_agent_check CHECK ((char_length(user_agent) <= 400)),
  constraint convention_signature_evidence_document_id_party_fkey FOREIGN KEY (document_id, party) REFERENCES convention_signatures(document_id, party)
);
CREATE TRIGGER convention_signature_evidence_frozen BEFORE UPDATE OR TRUNCATE ON public.convention_signature_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_update();

create table convention_signatures (
  document_id integer not null,
  party text not null,
  user_id integer not null,
  signed_at timestamp with time zone not null,
  document_sha256 bytea not null,
  evidence_sha256 bytea not null,
  constraint convention_signatures_pkey PRIMARY KEY (document_id, party),
  constraint convention_signatures_document_sha256_check CHECK ((octet_length(document_sha256) = 32)),
  constraint convention_signatures_evidence_sha256_check CHECK ((octet_length(evidence_sha256) = 32)),
  constraint convention_signatures_party_check CHECK ((party = ANY (ARRAY['body'::text, 'employer'::text]))),
  constraint convention_signatures_document_id_fkey FOREIGN KEY (document_id) REFERENCES issued_documents(id),
  constraint convention_signatures_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX convention_signatures_user ON public.convention_signatures USING btree (user_id);
CREATE TRIGGER convention_signatures_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.convention_signatures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table decision_links (
  id integer not null generated always as identity,
  enrolment_id integer not null,
  user_id integer not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  delegation_id integer,
  ended_at timestamp with time zone,
  constraint decision_links_pkey PRIMARY KEY (id),
  constraint decision_links_token_hash_key UNIQUE (token_hash),
  constraint decision_links_delegation_id_fkey FOREIGN KEY (delegation_id) REFERENCES hr_delegations(id) ON DELETE CASCADE,
  constraint decision_links_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint decision_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX decision_links_delegation ON public.decision_links USING btree (delegation_id) WHERE (delegation_id IS NOT NULL);
CREATE INDEX decision_links_enrolment ON public.decision_links USING btree (enrolment_id);
CREATE INDEX decision_links_open ON public.decision_links USING btree (user_id) WHERE (ended_at IS NULL);

create table deletion_requests (
  id integer not null generated always as identity,
  user_id integer not null,
  state text not null default 'pending'::text,
  requested_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  decided_by integer,
  refusal_reason text,
  constraint deletion_requests_pkey PRIMARY KEY (id),
  constraint deletion_requests_check CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
  constraint deletion_requests_check1 CHECK (((state <> 'refused'::text) OR (refusal_reason IS NOT NULL))),
  constraint deletion_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'withdrawn'::text, 'refused'::text, 'carried_out'::text]))),
  constraint deletion_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint deletion_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX deletion_requests_pending ON public.deletion_requests USING btree (requested_at) WHERE (state = 'pending'::text);
CREATE INDEX deletion_requests_user ON public.deletion_requests USING btree (user_id);
CREATE UNIQUE INDEX one_pending_deletion ON public.deletion_requests USING btree (user_id) WHERE (state = 'pending'::text);

create table document_counters (
  kind text not null,
  year integer not null,
  last integer not null,
  constraint document_counters_pkey PRIMARY KEY (kind, year)
);

create table document_events (
  id integer not null generated always as identity,
  document_id integer not null,
  kind text not null,
  at timestamp with time zone not null,
  by integer,
  reason text,
  constraint document_events_pkey PRIMARY KEY (id),
  constraint document_events_kind_check CHECK ((kind = ANY (ARRAY['sent'::text, 'downloaded'::text, 'withdrawn'::text, 'erased'::text]))),
  constraint document_events_by_fkey FOREIGN KEY (by) REFERENCES users(id),
  constraint document_events_document_id_fkey FOREIGN KEY (document_id) REFERENCES issued_documents(id)
);
CREATE INDEX document_events_document ON public.document_events USING btree (document_id, at);
CREATE TRIGGER document_events_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.document_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table document_refusals (
  id integer not null generated always as identity,
  session_id integer not null,
  kind text not null,
  enrolment_id integer,
  structure_id integer,
  reason text not null,
  at timestamp with time zone not null,
  constraint document_refusals_pkey PRIMARY KEY (id),
  constraint document_refusals_session_id_kind_enrolment_id_structure_id_key UNIQUE NULLS NOT DISTINCT (session_id, kind, enrolment_id, structure_id),
  constraint document_refusals_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id) ON DELETE CASCADE,
  constraint document_refusals_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE,
  constraint document_refusals_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);

create table document_templates (
  id integer not null generated always as identity,
  kind text not null,
  version integer not null,
  body text not null,
  published_at timestamp with time zone,
  published_by integer,
  revision integer not null default 1,
  saved_at timestamp with time zone,
  saved_by integer,
  constraint document_templates_pkey PRIMARY KEY (id),
  constraint document_templates_kind_version_key UNIQUE (kind, version),
  constraint document_templates_body_check CHECK ((char_length(body) <= 20000)),
  constraint document_templates_kind_check CHECK ((kind = ANY (ARRAY['convention'::text, 'convocation'::text, 'roster'::text, 'attendance_sheet'::text, 'attestation'::text, 'participation'::text, 'certificate'::text]))),
  constraint document_templates_version_check CHECK ((version > 0)),
  constraint document_templates_published_by_fkey FOREIGN KEY (published_by) REFERENCES users(id),
  constraint document_templates_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES users(id)
);
CREATE UNIQUE INDEX document_templates_one_draft ON public.document_templates USING btree (kind) WHERE (published_at IS NULL);
CREATE TRIGGER document_templates_frozen BEFORE DELETE OR UPDATE ON public.document_templates FOR EACH ROW WHEN ((old.published_at IS NOT NULL)) EXECUTE FUNCTION refuse_update();

create table email_changes (
  id integer not null generated always as identity,
  user_id integer not null,
  new_email citext not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  outcome text,
  ended_at timestamp with time zone,
  old_email citext,
  constraint email_changes_pkey PRIMARY KEY (id),
  constraint email_changes_token_hash_key UNIQUE (token_hash),
  constraint email_changes_check CHECK (((outcome IS NULL) = (ended_at IS NULL))),
  constraint email_changes_outcome_check CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'replaced'::text, 'cancelled'::text, 'taken'::text]))),
  constraint email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX email_changes_user ON public.email_changes USING btree (user_id);
CREATE UNIQUE INDEX one_open_email_change ON public.email_changes USING btree (user_id) WHERE (outcome IS NULL);

create table emails (
  id integer not null generated always as identity,
  kind text not null,
  recipient citext not null,
  subject text not null,
  sealed_content text,
  message_id text not null,
  status text not null default 'queued'::text,
  attempts integer not null default 0,
  last_error text,
  server_unreachable boolean not null default false,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  claimed_job bigint,
  claimed_by text,
  constraint emails_pkey PRIMARY KEY (id),
  constraint emails_message_id_key UNIQUE (message_id),
  constraint emails_check CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL))),
  constraint emails_check1 CHECK (((status = 'sent'::text) = (sealed_content IS NULL))),
  constraint emails_check2 CHECK (((claimed_job IS NULL) = (claimed_by IS NULL))),
  constraint emails_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'failing'::text, 'undeliverable'::text, 'sent'::text])))
);
CREATE INDEX emails_undelivered ON public.emails USING btree (created_at) WHERE (status <> 'sent'::text);
CREATE INDEX emails_waiting_for_server ON public.emails USING btree (id) WHERE server_unreachable;

create table enrolment_history (
  id integer not null generated always as identity,
  enrolment_id integer not null,
  at timestamp with time zone not null,
  from_state text,
  to_state text not null,
  by_user_id integer,
  by_role text not null,
  way text not null,
  reason text,
  from_session_id integer,
  for_user_id integer,
  constraint enrolment_history_pkey PRIMARY KEY (id),
  constraint enrolment_history_by_role_check CHECK ((by_role = ANY (ARRAY['beneficiary'::text, 'hr_validator'::text, 'provider'::text, 'agency'::text, 'system'::text]))),
  constraint enrolment_history_check CHECK (((by_role = 'system'::text) = (by_user_id IS NULL))),
  constraint enrolment_history_check1 CHECK (((for_user_id IS NULL) OR (by_role = 'hr_validator'::text))),
  constraint enrolment_history_way_check CHECK ((way = ANY (ARRAY['page'::text, 'email_link'::text, 'system'::text]))),
  constraint enrolment_history_by_user_id_fkey FOREIGN KEY (by_user_id) REFERENCES users(id),
  constraint enrolment_history_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint enrolment_history_for_user_id_fkey FOREIGN KEY (for_user_id) REFERENCES users(id),
  constraint enrolment_history_from_session_id_fkey FOREIGN KEY (from_session_id) REFERENCES sessions(id)
);
CREATE INDEX enrolment_history_enrolment ON public.enrolment_history USING btree (enrolment_id, id);
CREATE INDEX enrolment_history_moved ON public.enrolment_history USING btree (from_session_id) WHERE (from_session_id IS NOT NULL);
CREATE TRIGGER enrolment_history_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.enrolment_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- always enabled

create table enrolment_reminders (
  enrolment_id integer not null,
  working_days integer not null,
  sent_at timestamp with time zone not null,
  constraint enrolment_reminders_pkey PRIMARY KEY (enrolment_id, working_days),
  constraint enrolment_reminders_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id)
);

create table enrolment_settings (
  id integer not null default 1,
  yearly_actions integer not null default 5,
  yearly_formations integer not null default 3,
  structure_seats_per_formation integer not null default 2,
  staggered_until date,
  staggered_live_requests integer,
  late_withdrawal_days integer not null default 7,
  lock_version integer not null default 1,
  constraint enrolment_settings_pkey PRIMARY KEY (id),
  constraint enrolment_settings_check CHECK (((staggered_until IS NULL) = (staggered_live_requests IS NULL))),
  constraint enrolment_settings_id_check CHECK ((id = 1)),
  constraint enrolment_settings_late_withdrawal_days_check CHECK ((late_withdrawal_days >= 0)),
  constraint enrolment_settings_staggered_live_requests_check CHECK ((staggered_live_requests >= 0)),
  constraint enrolment_settings_structure_seats_per_formation_check CHECK ((structure_seats_per_formation >= 0)),
  constraint enrolment_settings_yearly_actions_check CHECK ((yearly_actions >= 0)),
  constraint enrolment_settings_yearly_formations_check CHECK ((yearly_formations >= 0))
);

create table enrolments (
  id integer not null generated always as identity,
  user_id integer not null,
  structure_id integer not null,
  action_id integer not null,
  session_id integer not null,
  state text not null,
  motivation text not null,
  requested_at timestamp with time zone not null,
  withdrawn_late boolean not null default false,
  kept_at timestamp with time zone,
  kept_by integer,
  confirmation_asked_at timestamp with time zone,
  confirmed_at timestamp with time zone,
  constraint enrolments_pkey PRIMARY KEY (id),
  constraint enrolments_check CHECK (((kept_at IS NULL) = (kept_by IS NULL))),
  constraint enrolments_check1 CHECK (((confirmed_at IS NULL) OR (confirmation_asked_at IS NOT NULL))),
  constraint enrolments_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'waitlisted'::text, 'preregistered'::text, 'enrolled'::text, 'attended'::text, 'absent'::text, 'refused_by_hr'::text, 'refused_by_provider'::text, 'withdrawn'::text, 'session_cancelled'::text, 'expired'::text]))),
  constraint enrolments_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id),
  constraint enrolments_kept_by_fkey FOREIGN KEY (kept_by) REFERENCES users(id),
  constraint enrolments_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint enrolments_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint enrolments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX enrolments_action_structure ON public.enrolments USING btree (action_id, structure_id);
CREATE INDEX enrolments_awaited ON public.enrolments USING btree (state, requested_at, id) INCLUDE (user_id, structure_id, action_id, session_id) WHERE (state = ANY (ARRAY['requested'::text, 'preregistered'::text]));
CREATE INDEX enrolments_kept ON public.enrolments USING btree (user_id, structure_id) INCLUDE (id, session_id) WHERE ((state = ANY (ARRAY['requested'::text, 'waitlisted'::text, 'preregistered'::text, 'enrolled'::text])) AND (kept_at IS NULL));
CREATE INDEX enrolments_queue ON public.enrolments USING btree (session_id, requested_at, id) WHERE (state = 'waitlisted'::text);
CREATE INDEX enrolments_requested ON public.enrolments USING btree (requested_at DESC, id DESC);
CREATE INDEX enrolments_session ON public.enrolments USING btree (session_id, state);
CREATE INDEX enrolments_state ON public.enrolments USING btree (state, requested_at DESC, id DESC);
CREATE INDEX enrolments_structure ON public.enrolments USING btree (structure_id, state, requested_at);
CREATE INDEX enrolments_to_confirm ON public.enrolments USING btree (session_id) WHERE ((confirmation_asked_at IS NOT NULL) AND (confirmed_at IS NULL));
CREATE INDEX enrolments_user ON public.enrolments USING btree (user_id, requested_at DESC);
CREATE UNIQUE INDEX one_live_enrolment ON public.enrolments USING btree (user_id, action_id) WHERE (state = ANY (ARRAY['requested'::text, 'waitlisted'::text, 'preregistered'::text, 'enrolled'::text]));
CREATE TRIGGER enrolments_seats AFTER INSERT OR DELETE OR UPDATE OF state, session_id ON public.enrolments FOR EACH ROW EXECUTE FUNCTION keep_seat_counts();

create table favourites (
  user_id integer not null,
  action_id integer not null,
  added_at timestamp with time zone not null,
  constraint favourites_pkey PRIMARY KEY (user_id, action_id),
  constraint favourites_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE,
  constraint favourites_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX favourites_action ON public.favourites USING btree (action_id);

create table federated_identities (
  id integer not null generated always as identity,
  user_id integer not null,
  issuer text not null,
  subject text not null,
  linked_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  factor_given_at timestamp with time zone,
  constraint federated_identities_pkey PRIMARY KEY (id),
  constraint federated_identities_issuer_subject_key UNIQUE (issuer, subject),
  constraint federated_identities_user_id_issuer_key UNIQUE (user_id, issuer),
  constraint federated_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table federated_links (
  token_hash text not null,
  user_id integer not null,
  issuer text not null,
  subject text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint federated_links_pkey PRIMARY KEY (token_hash),
  constraint federated_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX federated_links_user ON public.federated_links USING btree (user_id);

create table figures (
  year integer not null,
  month integer,
  kind_id integer,
  theme_id integer,
  department text,
  requests integer not null,
  refused_by_hr integer not null,
  refused_by_provider integer not null,
  seats integer not null,
  capacity integer,
  present integer not null,
  absent integer not null,
  people integer not null,
  constraint figures_year_department_kind_id_theme_id_month_key UNIQUE NULLS NOT DISTINCT (year, department, kind_id, theme_id, month),
  constraint figures_kind_id_fkey FOREIGN KEY (kind_id) REFERENCES action_kinds(id) ON DELETE CASCADE,
  constraint figures_theme_id_fkey FOREIGN KEY (theme_id) REFERENCES themes(id) ON DELETE CASCADE
);

create table figures_refresh (
  id integer not null default 1,
  refreshed_at timestamp with time zone not null,
  constraint figures_refresh_pkey PRIMARY KEY (id),
  constraint figures_refresh_id_check CHECK ((id = 1))
);

create table formacodes (
  code character(5) not null,
  version text not null,
  label text not null,
  domain text not null default ''::text,
  constraint formacodes_pkey PRIMARY KEY (code, version),
  constraint formacodes_code_check CHECK ((code ~ '^[0-9]{5}$'::text)),
  constraint formacodes_domain_check CHECK ((char_length(domain) <= 200)),
  constraint formacodes_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 200))),
  constraint formacodes_version_check CHECK ((version ~ '^V[0-9]{2}$'::text))
);
CREATE TRIGGER formacodes_offer_changes AFTER INSERT OR DELETE OR UPDATE ON public.formacodes FOR EACH STATEMENT EXECUTE FUNCTION note_all_offers();

create table hr_delegations (
  id integer not null generated always as identity,
  delegator_affiliation_id integer not null,
  delegator_right text not null generated always as ('hr_validator'::text) stored,
  delegate_affiliation_id integer not null,
  delegate_right text not null generated always as ('beneficiary'::text) stored,
  starts_on date not null,
  ends_on date not null,
  created_at timestamp with time zone not null,
  start_told_at timestamp with time zone,
  constraint hr_delegations_pkey PRIMARY KEY (id),
  constraint hr_delegations_check CHECK ((delegator_affiliation_id <> delegate_affiliation_id)),
  constraint hr_delegations_check1 CHECK (((starts_on <= ends_on) AND (ends_on < (starts_on + '1 year'::interval)))),
  constraint hr_delegations_delegate_affiliation_id_delegate_right_fkey FOREIGN KEY (delegate_affiliation_id, delegate_right) REFERENCES affiliation_rights(affiliation_id, "right") ON DELETE CASCADE,
  constraint hr_delegations_delegator_affiliation_id_delegator_right_fkey FOREIGN KEY (delegator_affiliation_id, delegator_right) REFERENCES affiliation_rights(affiliation_id, "right") ON DELETE CASCADE
);
CREATE INDEX hr_delegations_delegate ON public.hr_delegations USING btree (delegate_affiliation_id);
CREATE INDEX hr_delegations_delegator ON public.hr_delegations USING btree (delegator_affiliation_id);

create table hr_digest_requests (
  affiliation_id integer not null,
  enrolment_id integer not null,
  asked_at timestamp with time zone not null,
  constraint hr_digest_requests_pkey PRIMARY KEY (affiliation_id, enrolment_id),
  constraint hr_digest_requests_affiliation_id_fkey FOREIGN KEY (affiliation_id) REFERENCES affiliations(id) ON DELETE CASCADE,
  constraint hr_digest_requests_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id) ON DELETE CASCADE
);
CREATE INDEX hr_digest_requests_asked ON public.hr_digest_requests USING btree (asked_at);
CREATE INDEX hr_digest_requests_enrolment ON public.hr_digest_requests USING btree (enrolment_id);

create table hr_digests (
  affiliation_id integer not null,
  since timestamp with time zone not null,
  constraint hr_digests_pkey PRIMARY KEY (affiliation_id),
  constraint hr_digests_affiliation_id_fkey FOREIGN KEY (affiliation_id) REFERENCES affiliations(id) ON DELETE CASCADE
);

create table inactivity_warnings (
  user_id integer not null,
  warned_at timestamp with time zone not null,
  email_id integer,
  notice_from timestamp with time zone,
  to_tell boolean not null default false,
  constraint inactivity_warnings_pkey PRIMARY KEY (user_id),
  constraint inactivity_warnings_email_id_fkey FOREIGN KEY (email_id) REFERENCES emails(id) ON DELETE SET NULL,
  constraint inactivity_warnings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX inactivity_warnings_email ON public.inactivity_warnings USING btree (email_id);
CREATE INDEX inactivity_warnings_to_tell ON public.inactivity_warnings USING btree (user_id) WHERE to_tell;
CREATE INDEX inactivity_warnings_waiting ON public.inactivity_warnings USING btree (user_id) WHERE (notice_from IS NULL);

create table information_meetings (
  id integer not null generated always as identity,
  session_id integer not null,
  kind text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  remote boolean not null default false,
  place text not null default ''::text,
  url text,
  places integer,
  taken integer not null default 0,
  comment text not null default ''::text,
  origin text not null,
  cancelled_at timestamp with time zone,
  constraint information_meetings_pkey PRIMARY KEY (id),
  constraint information_meetings_session_id_kind_starts_at_key UNIQUE (session_id, kind, starts_at),
  constraint information_meetings_check CHECK ((ends_at > starts_at)),
  constraint information_meetings_check1 CHECK (((places IS NULL) OR (taken <= places))),
  constraint information_meetings_comment_check CHECK ((char_length(comment) <= 500)),
  constraint information_meetings_kind_check CHECK ((kind = ANY (ARRAY['collective'::text, 'individual'::text]))),
  constraint information_meetings_origin_check CHECK ((origin = ANY (ARRAY['lheo'::text, 'entered'::text]))),
  constraint information_meetings_place_check CHECK ((char_length(place) <= 500)),
  constraint information_meetings_places_check CHECK ((places >= 0)),
  constraint information_meetings_taken_check CHECK ((taken >= 0)),
  constraint information_meetings_url_check CHECK ((char_length(url) <= 400)),
  constraint information_meetings_session_id_fkey FOREIGN KEY (session_id) REFERENCES offer_sessions(id) ON DELETE CASCADE
);
CREATE INDEX information_meetings_starts ON public.information_meetings USING btree (starts_at) WHERE (cancelled_at IS NULL);
CREATE TRIGGER information_meetings_noted_changed AFTER UPDATE ON public.information_meetings REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_information_meetings();
CREATE TRIGGER information_meetings_noted_gone AFTER DELETE ON public.information_meetings REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_information_meetings();
CREATE TRIGGER information_meetings_noted_new AFTER INSERT ON public.information_meetings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_information_meetings();

create table issued_document_contents (
  document_id integer not null,
  facts jsonb not null,
  content bytea storage e not null,
  constraint issued_document_contents_pkey PRIMARY KEY (document_id),
  constraint issued_document_contents_document_id_fkey FOREIGN KEY (document_id) REFERENCES issued_documents(id)
);
CREATE TRIGGER issued_document_contents_frozen BEFORE UPDATE OR TRUNCATE ON public.issued_document_contents FOR EACH STATEMENT EXECUTE FUNCTION refuse_update();

create table issued_documents (
  id integer not null generated always as identity,
  kind text not null,
  number text not null,
  year integer not null,
  serial integer not null,
  session_id integer not null,
  enrolment_id integer,
  structure_id integer,
  template_id integer not null,
  version integer not null,
  replaces_id integer,
  sha256 bytea not null,
  bytes integer not null,
  pages integer not null,
  code text not null,
  issued_at timestamp with time zone not null,
  issued_by integer,
  erase_after date not null,
  constraint issued_documents_pkey PRIMARY KEY (id),
  constraint issued_documents_code_key UNIQUE (code),
  constraint issued_documents_kind_year_serial_key UNIQUE (kind, year, serial),
  constraint issued_documents_number_key UNIQUE (number),
  constraint issued_documents_replaces_id_key UNIQUE (replaces_id),
  constraint issued_documents_bytes_check CHECK ((bytes > 0)),
  constraint issued_documents_check CHECK (((enrolment_id IS NULL) OR (structure_id IS NULL))),
  constraint issued_documents_code_check CHECK ((code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'::text)),
  constraint issued_documents_pages_check CHECK ((pages > 0)),
  constraint issued_documents_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint issued_documents_version_check CHECK ((version > 0)),
  constraint issued_documents_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint issued_documents_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES users(id),
  constraint issued_documents_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES issued_documents(id),
  constraint issued_documents_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint issued_documents_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint issued_documents_template_id_fkey FOREIGN KEY (template_id) REFERENCES document_templates(id)
);
CREATE INDEX issued_documents_enrolment ON public.issued_documents USING btree (enrolment_id);
CREATE INDEX issued_documents_session ON public.issued_documents USING btree (session_id, kind);
CREATE INDEX issued_documents_structure ON public.issued_documents USING btree (structure_id, session_id);
CREATE UNIQUE INDEX issued_documents_versions ON public.issued_documents USING btree (kind, session_id, enrolment_id, structure_id, version) NULLS NOT DISTINCT;
CREATE TRIGGER issued_documents_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.issued_documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table membership_reminders (
  structure_id integer not null,
  year integer not null,
  season text not null,
  sent_at timestamp with time zone not null,
  constraint membership_reminders_pkey PRIMARY KEY (structure_id, year, season),
  constraint membership_reminders_season_check CHECK ((season = ANY (ARRAY['november'::text, 'january'::text]))),
  constraint membership_reminders_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);

create table membership_requests (
  id integer not null generated always as identity,
  structure_id integer not null,
  year integer not null,
  state text not null default 'pending'::text,
  requested_by integer,
  requested_at timestamp with time zone not null,
  decided_by integer,
  decided_at timestamp with time zone,
  refusal_reason text,
  charter_version text,
  constraint membership_requests_pkey PRIMARY KEY (id),
  constraint membership_requests_check CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
  constraint membership_requests_check1 CHECK (((state = 'refused'::text) = (refusal_reason IS NOT NULL))),
  constraint membership_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text]))),
  constraint membership_requests_year_check CHECK (((year >= 2000) AND (year <= 2100))),
  constraint membership_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint membership_requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint membership_requests_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE INDEX membership_requests_list ON public.membership_requests USING btree (state, year, requested_at);
CREATE UNIQUE INDEX one_live_membership_request ON public.membership_requests USING btree (structure_id, year) WHERE (state = 'pending'::text);

create table memberships (
  structure_id integer not null,
  year integer not null,
  recorded_at timestamp with time zone not null,
  recorded_by integer,
  constraint memberships_pkey PRIMARY KEY (structure_id, year),
  constraint memberships_year_check CHECK (((year >= 2000) AND (year <= 2100))),
  constraint memberships_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint memberships_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);

create table new_date_stops (
  user_id integer not null,
  since timestamp with time zone not null,
  constraint new_date_stops_pkey PRIMARY KEY (user_id),
  constraint new_date_stops_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table new_session_notices (
  user_id integer not null,
  session_id integer not null,
  constraint new_session_notices_pkey PRIMARY KEY (session_id, user_id),
  constraint new_session_notices_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE,
  constraint new_session_notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX new_session_notices_user ON public.new_session_notices USING btree (user_id);

create table news (
  id integer not null generated always as identity,
  form_key uuid not null,
  title text not null,
  body text not null,
  link text,
  online_from date not null,
  online_until date,
  written_by integer,
  updated_by integer,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint news_pkey PRIMARY KEY (id),
  constraint news_form_key_key UNIQUE (form_key),
  constraint news_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 5000))),
  constraint news_check CHECK ((online_until >= online_from)),
  constraint news_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 150))),
  constraint news_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users(id),
  constraint news_written_by_fkey FOREIGN KEY (written_by) REFERENCES users(id)
);
CREATE INDEX news_online ON public.news USING btree (online_from DESC, id DESC);

create table offer_actions (
  id integer not null generated always as identity,
  offer_id integer not null,
  external_number text not null,
  "position" integer not null,
  lheo jsonb not null,
  publics text[] not null default '{}'::text[],
  teaching_mode smallint,
  entry_mode smallint,
  conventioned boolean not null default false,
  programme_id integer,
  market text not null default ''::text,
  lot text not null default ''::text,
  funders smallint[] not null default '{}'::smallint[],
  funded_places integer,
  hours_centre integer,
  hours_company integer,
  hours_total integer,
  price_total numeric(10,2),
  place_name text not null default ''::text,
  place_postcode text not null default ''::text,
  place_city text not null default ''::text,
  city_key text not null generated always as (place_key(place_city)) stored,
  place_commune text,
  department text,
  latitude double precision,
  longitude double precision,
  remote boolean not null default false,
  trainer_siret text,
  trainer_structure_id integer,
  accessible text not null default ''::text,
  languages text[] not null default '{}'::text[],
  archived_at timestamp with time zone,
  constraint offer_actions_pkey PRIMARY KEY (id),
  constraint offer_actions_offer_id_external_number_key UNIQUE (offer_id, external_number),
  constraint offer_actions_external_number_check CHECK (((char_length(external_number) >= 1) AND (char_length(external_number) <= 100))),
  constraint offer_actions_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
  constraint offer_actions_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
  constraint offer_actions_lot_check CHECK ((char_length(lot) <= 60)),
  constraint offer_actions_market_check CHECK ((char_length(market) <= 60)),
  constraint offer_actions_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers(id) ON DELETE CASCADE,
  constraint offer_actions_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES programmes(id),
  constraint offer_actions_trainer_structure_id_fkey FOREIGN KEY (trainer_structure_id) REFERENCES structures(id)
);
CREATE INDEX offer_actions_programme ON public.offer_actions USING btree (programme_id) WHERE (programme_id IS NOT NULL);
CREATE INDEX offer_actions_trainer ON public.offer_actions USING btree (trainer_structure_id) WHERE (trainer_structure_id IS NOT NULL);
CREATE TRIGGER offer_actions_noted_changed AFTER UPDATE ON public.offer_actions REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_actions();
CREATE TRIGGER offer_actions_noted_gone AFTER DELETE ON public.offer_actions REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_offer_actions();
CREATE TRIGGER offer_actions_noted_new AFTER INSERT ON public.offer_actions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_actions();

create table offer_changes (
  changed_in xid8 not null default pg_current_xact_id(),
  offer_id integer not null,
  constraint offer_changes_pkey PRIMARY KEY (changed_in, offer_id)
);

create table offer_changes_kept (
  id integer not null,
  since xid8 not null,
  next_since xid8 not null,
  constraint offer_changes_kept_pkey PRIMARY KEY (id),
  constraint offer_changes_kept_id_check CHECK ((id = 1))
);

create table offer_contacts_shown (
  structure_id integer not null,
  since timestamp with time zone not null,
  constraint offer_contacts_shown_pkey PRIMARY KEY (structure_id),
  constraint offer_contacts_shown_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);

create table offer_documents (
  offer_id integer not null,
  title tsvector not null,
  head tsvector not null,
  document tsvector not null,
  title_words text[] not null,
  label_words text[] not null,
  constraint offer_documents_pkey PRIMARY KEY (offer_id),
  constraint offer_documents_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers(id) ON DELETE CASCADE
) with (toast_tuple_target=128);
CREATE INDEX offer_documents_document ON public.offer_documents USING gin (document);
CREATE INDEX offer_documents_head ON public.offer_documents USING gin (head);
CREATE INDEX offer_documents_title ON public.offer_documents USING gin (title);
CREATE TRIGGER offer_documents_noted_changed AFTER UPDATE ON public.offer_documents REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_documents();
CREATE TRIGGER offer_documents_noted_gone AFTER DELETE ON public.offer_documents REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_offer_documents();
CREATE TRIGGER offer_documents_noted_new AFTER INSERT ON public.offer_documents REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_documents();

create table offer_documents_due (
  offer_id integer not null,
  constraint offer_documents_due_pkey PRIMARY KEY (offer_id),
  constraint offer_documents_due_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers(id) ON DELETE CASCADE
);

create table offer_import_items (
  import_id integer not null,
  "position" integer not null,
  structure_id integer,
  line integer,
  external_number text not null default ''::text,
  title text not null default ''::text,
  verdict text not null,
  offer_id integer,
  tree jsonb,
  changes jsonb not null default '[]'::jsonb,
  changed_fields integer not null default 0,
  issues jsonb not null default '[]'::jsonb,
  constraint offer_import_items_pkey PRIMARY KEY (import_id, "position"),
  constraint offer_import_items_verdict_check CHECK ((verdict = ANY (ARRAY['new'::text, 'changed'::text, 'unchanged'::text, 'missing'::text, 'rejected'::text]))),
  constraint offer_import_items_import_id_fkey FOREIGN KEY (import_id) REFERENCES offer_imports(id) ON DELETE CASCADE,
  constraint offer_import_items_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers(id) ON DELETE SET NULL,
  constraint offer_import_items_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE INDEX offer_import_items_number ON public.offer_import_items USING btree (import_id, structure_id, external_number);
CREATE INDEX offer_import_items_offer ON public.offer_import_items USING btree (offer_id) WHERE (offer_id IS NOT NULL);
CREATE INDEX offer_import_items_structure ON public.offer_import_items USING btree (structure_id) WHERE (structure_id IS NOT NULL);
CREATE INDEX offer_import_items_verdict ON public.offer_import_items USING btree (import_id, verdict, "position");

create table offer_imports (
  id integer not null generated always as identity,
  structure_id integer,
  file_name text not null,
  sha256 bytea not null,
  size bigint not null,
  lheo_version text not null,
  complete boolean not null default false,
  publish boolean not null default true,
  counts jsonb not null default '{}'::jsonb,
  fingerprint bytea not null,
  state text not null,
  created_by integer,
  created_at timestamp with time zone not null,
  applied_at timestamp with time zone,
  purged_at timestamp with time zone,
  seconds real,
  constraint offer_imports_pkey PRIMARY KEY (id),
  constraint offer_imports_file_name_check CHECK ((char_length(file_name) <= 255)),
  constraint offer_imports_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint offer_imports_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint offer_imports_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'applied'::text, 'stale'::text, 'failed'::text]))),
  constraint offer_imports_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
  constraint offer_imports_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE INDEX offer_imports_created_by ON public.offer_imports USING btree (created_by) WHERE (created_by IS NOT NULL);
CREATE INDEX offer_imports_structure ON public.offer_imports USING btree (structure_id, created_at DESC);

create table offer_sessions (
  id integer not null generated always as identity,
  action_id integer not null,
  offer_id integer not null,
  structure_id integer not null,
  external_number text not null,
  "position" integer not null,
  lheo jsonb not null,
  starts_raw character(8) not null,
  ends_raw character(8) not null,
  starts_on date,
  ends_on date,
  date_precision text not null,
  enrol_from date,
  enrol_to date,
  recruiting smallint not null default 1,
  capacity integer,
  seats_held integer not null default 0,
  waiting integer not null default 0,
  has_place boolean not null generated always as (((capacity IS NULL) OR (seats_held < capacity))) stored,
  state text not null default 'open'::text,
  cancelled_reason text,
  reminded_at timestamp with time zone,
  department text,
  conventioned boolean not null default false,
  constraint offer_sessions_pkey PRIMARY KEY (id),
  constraint offer_sessions_action_id_external_number_key UNIQUE (action_id, external_number),
  constraint offer_sessions_cancelled_reason_check CHECK (((char_length(cancelled_reason) >= 1) AND (char_length(cancelled_reason) <= 500))),
  constraint offer_sessions_capacity_check CHECK ((capacity >= 0)),
  constraint offer_sessions_check CHECK (((capacity IS NULL) OR (seats_held <= capacity))),
  constraint offer_sessions_check1 CHECK (((state = 'cancelled'::text) = (cancelled_reason IS NOT NULL))),
  constraint offer_sessions_date_precision_check CHECK ((date_precision = ANY (ARRAY['day'::text, 'month'::text, 'year'::text, 'unknown'::text]))),
  constraint offer_sessions_external_number_check CHECK (((char_length(external_number) >= 1) AND (char_length(external_number) <= 100))),
  constraint offer_sessions_recruiting_check CHECK (((recruiting >= 1) AND (recruiting <= 3))),
  constraint offer_sessions_seats_held_check CHECK ((seats_held >= 0)),
  constraint offer_sessions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'cancelled'::text, 'archived'::text]))),
  constraint offer_sessions_waiting_check CHECK ((waiting >= 0)),
  constraint offer_sessions_action_id_fkey FOREIGN KEY (action_id) REFERENCES offer_actions(id) ON DELETE CASCADE,
  constraint offer_sessions_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers(id) ON DELETE CASCADE,
  constraint offer_sessions_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE INDEX offer_sessions_department ON public.offer_sessions USING btree (department, starts_on) WHERE (state = 'open'::text);
CREATE INDEX offer_sessions_offer ON public.offer_sessions USING btree (offer_id);
CREATE INDEX offer_sessions_starts ON public.offer_sessions USING btree (starts_on) WHERE (state = 'open'::text);
CREATE INDEX offer_sessions_structure ON public.offer_sessions USING btree (structure_id);
CREATE TRIGGER offer_sessions_noted_changed AFTER UPDATE ON public.offer_sessions REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_sessions();
CREATE TRIGGER offer_sessions_noted_gone AFTER DELETE ON public.offer_sessions REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_offer_sessions();
CREATE TRIGGER offer_sessions_noted_new AFTER INSERT ON public.offer_sessions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offer_sessions();

create table offer_words (
  word text not null
);
CREATE INDEX offer_words_letters ON public.offer_words USING gin (word gin_trgm_ops);
CREATE INDEX offer_words_word ON public.offer_words USING btree (word);

create table offers (
  id integer not null generated always as identity,
  structure_id integer not null,
  external_number text not null,
  source text not null,
  state text not null default 'draft'::text,
  lheo jsonb not null,
  fingerprint bytea not null,
  lheo_modified_at timestamp with time zone,
  title text not null,
  objective text not null default ''::text,
  entry_level smallint,
  exit_level smallint,
  certifying boolean not null default false,
  path smallint,
  general_goal smallint,
  formacodes text[] not null default '{}'::text[],
  nsf text[] not null default '{}'::text[],
  rome text[] not null default '{}'::text[],
  rncp text[] not null default '{}'::text[],
  rs text[] not null default '{}'::text[],
  certifinfo text[] not null default '{}'::text[],
  cpf text[] not null default '{}'::text[],
  body_number text not null default ''::text,
  created_at timestamp with time zone not null,
  created_by integer,
  updated_at timestamp with time zone not null,
  updated_by integer,
  confirmed_at timestamp with time zone,
  reminded_at timestamp with time zone,
  published_at timestamp with time zone,
  archived_at timestamp with time zone,
  warnings integer not null default 0,
  version integer not null default 1,
  constraint offers_pkey PRIMARY KEY (id),
  constraint offers_structure_id_external_number_key UNIQUE (structure_id, external_number),
  constraint offers_body_number_check CHECK ((char_length(body_number) <= 11)),
  constraint offers_check CHECK (((state <> 'published'::text) OR (published_at IS NOT NULL))),
  constraint offers_check1 CHECK (((state = 'archived'::text) = (archived_at IS NOT NULL))),
  constraint offers_external_number_check CHECK (((char_length(external_number) >= 1) AND (char_length(external_number) <= 100))),
  constraint offers_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint offers_source_check CHECK ((source = ANY (ARRAY['entered'::text, 'import'::text, 'agency'::text]))),
  constraint offers_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'archived'::text]))),
  constraint offers_title_check CHECK ((char_length(title) <= 255)),
  constraint offers_warnings_check CHECK ((warnings >= 0)),
  constraint offers_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
  constraint offers_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id),
  constraint offers_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users(id)
);
CREATE INDEX offers_confirmed ON public.offers USING btree (confirmed_at) WHERE (state = 'published'::text);
CREATE INDEX offers_created_by ON public.offers USING btree (created_by) WHERE (created_by IS NOT NULL);
CREATE INDEX offers_formacodes ON public.offers USING gin (formacodes);
CREATE INDEX offers_published ON public.offers USING btree (id) WHERE (state = 'published'::text);
CREATE INDEX offers_structure_state ON public.offers USING btree (structure_id, state);
CREATE INDEX offers_title ON public.offers USING btree (structure_id, title);
CREATE INDEX offers_updated_by ON public.offers USING btree (updated_by) WHERE (updated_by IS NOT NULL);
CREATE TRIGGER offers_documents AFTER UPDATE ON public.offers REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_offer_documents();
CREATE TRIGGER offers_documents_new AFTER INSERT ON public.offers REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_offer_documents();
CREATE TRIGGER offers_noted_changed AFTER UPDATE ON public.offers REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offers();
CREATE TRIGGER offers_noted_gone AFTER DELETE ON public.offers REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_offers();
CREATE TRIGGER offers_noted_new AFTER INSERT ON public.offers REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_offers();

create table oidc_records (
  model text not null,
  id_hash text not null,
  sealed_payload text not null,
  expires_at timestamp with time zone not null,
  consumed_at timestamp with time zone,
  oidc_sid text,
  constraint oidc_records_pkey PRIMARY KEY (model, id_hash)
);
CREATE INDEX oidc_records_expiry ON public.oidc_records USING btree (expires_at);

create table passkey_challenges (
  challenge_hash text not null,
  expires_at timestamp with time zone not null,
  constraint passkey_challenges_pkey PRIMARY KEY (challenge_hash)
);
CREATE INDEX passkey_challenges_expiry ON public.passkey_challenges USING btree (expires_at);

create table passkeys (
  id integer not null generated always as identity,
  user_id integer not null,
  credential_id text not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  is_synchronised boolean not null,
  name text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint passkeys_pkey PRIMARY KEY (id),
  constraint passkeys_credential_id_key UNIQUE (credential_id),
  constraint passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX passkeys_user ON public.passkeys USING btree (user_id, created_at);

create table password_resets (
  id integer not null generated always as identity,
  user_id integer not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint password_resets_pkey PRIMARY KEY (id),
  constraint password_resets_token_hash_key UNIQUE (token_hash),
  constraint password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX password_resets_user ON public.password_resets USING btree (user_id);

create table programmes (
  id integer not null generated always as identity,
  code text not null,
  label text not null,
  family text not null default ''::text,
  active_from date,
  active_to date,
  needs_prescription boolean not null default true,
  created_at timestamp with time zone not null,
  lock_version integer not null default 1,
  constraint programmes_pkey PRIMARY KEY (id),
  constraint programmes_code_key UNIQUE (code),
  constraint programmes_check CHECK ((active_from <= active_to)),
  constraint programmes_code_check CHECK ((code ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'::text)),
  constraint programmes_family_check CHECK ((char_length(family) <= 60)),
  constraint programmes_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 150)))
);
CREATE TRIGGER programmes_offer_changes AFTER INSERT OR DELETE OR UPDATE ON public.programmes FOR EACH STATEMENT EXECUTE FUNCTION note_all_offers();

create table questionnaire_questions (
  id integer not null generated always as identity,
  questionnaire_id integer not null,
  "position" integer not null,
  type text not null,
  label text not null,
  choices text[] not null default '{}'::text[],
  is_required boolean not null,
  constraint questionnaire_questions_pkey PRIMARY KEY (id),
  constraint questionnaire_questions_check CHECK (((type = 'choice'::text) = (cardinality(choices) > 0))),
  constraint questionnaire_questions_type_check CHECK ((type = ANY (ARRAY['scale'::text, 'choice'::text, 'text'::text]))),
  constraint questionnaire_questions_questionnaire_id_fkey FOREIGN KEY (questionnaire_id) REFERENCES questionnaires(id) ON DELETE CASCADE
);
CREATE INDEX questionnaire_questions_order ON public.questionnaire_questions USING btree (questionnaire_id, "position", id);

create table questionnaires (
  id integer not null generated always as identity,
  kind_id integer not null,
  version integer not null,
  published_at timestamp with time zone,
  constraint questionnaires_pkey PRIMARY KEY (id),
  constraint questionnaires_kind_id_version_key UNIQUE (kind_id, version),
  constraint questionnaires_version_check CHECK ((version > 0)),
  constraint questionnaires_kind_id_fkey FOREIGN KEY (kind_id) REFERENCES action_kinds(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_draft_per_kind ON public.questionnaires USING btree (kind_id) WHERE (published_at IS NULL);

create table rafael_settings (
  id integer not null default 1,
  public_feed boolean not null default false,
  unpublishes_unconfirmed boolean not null default false,
  lock_version integer not null default 1,
  constraint rafael_settings_pkey PRIMARY KEY (id),
  constraint rafael_settings_id_check CHECK ((id = 1))
);

create table rate_limits (
  key character varying(255) not null,
  points integer not null default 0,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table recovery_codes (
  user_id integer not null,
  code_hash text not null,
  used_at timestamp with time zone,
  constraint recovery_codes_pkey PRIMARY KEY (user_id, code_hash),
  constraint recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES second_factors(user_id) ON DELETE CASCADE
);

create table reply_templates (
  id integer not null generated always as identity,
  kind text not null,
  title text not null,
  body text not null,
  "position" integer not null,
  updated_at timestamp with time zone not null,
  constraint reply_templates_pkey PRIMARY KEY (id)
);
CREATE INDEX reply_templates_kind ON public.reply_templates USING btree (kind, "position", id);

create table saved_searches (
  id integer not null generated always as identity,
  user_id integer not null,
  name text not null,
  query text not null,
  has_alert boolean not null,
  created_at timestamp with time zone not null,
  looked_until timestamp with time zone not null,
  alert_since timestamp with time zone,
  constraint saved_searches_pkey PRIMARY KEY (id),
  constraint saved_searches_user_id_query_key UNIQUE (user_id, query),
  constraint saved_searches_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX saved_searches_alerts ON public.saved_searches USING btree (user_id) WHERE has_alert;

create table scheduled_decisions (
  id integer not null generated always as identity,
  kind text not null,
  request_id integer not null,
  decision text not null,
  reason text,
  parameters jsonb not null default '{}'::jsonb,
  decided_by integer not null,
  decided_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  state text not null default 'scheduled'::text,
  ended_at timestamp with time zone,
  failure text,
  ip inet,
  web_request_id text,
  constraint scheduled_decisions_pkey PRIMARY KEY (id),
  constraint scheduled_decisions_check CHECK ((due_at >= decided_at)),
  constraint scheduled_decisions_check1 CHECK (((state = 'scheduled'::text) = (ended_at IS NULL))),
  constraint scheduled_decisions_check2 CHECK (((state = ANY (ARRAY['moot'::text, 'failed'::text])) = (failure IS NOT NULL))),
  constraint scheduled_decisions_state_check CHECK ((state = ANY (ARRAY['scheduled'::text, 'applied'::text, 'undone'::text, 'moot'::text, 'failed'::text]))),
  constraint scheduled_decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id)
);
CREATE UNIQUE INDEX one_scheduled_decision ON public.scheduled_decisions USING btree (kind, request_id) WHERE (state = 'scheduled'::text);
CREATE INDEX scheduled_decisions_due ON public.scheduled_decisions USING btree (due_at) WHERE (state = 'scheduled'::text);
CREATE INDEX scheduled_decisions_request ON public.scheduled_decisions USING btree (kind, request_id, id DESC);

create table seat_watches (
  session_id integer not null,
  user_id integer not null,
  asked_at timestamp with time zone not null,
  constraint seat_watches_pkey PRIMARY KEY (session_id, user_id),
  constraint seat_watches_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE,
  constraint seat_watches_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX seat_watches_user ON public.seat_watches USING btree (user_id);

create table second_factors (
  user_id integer not null,
  sealed_key text not null,
  last_step bigint not null default 0,
  created_at timestamp with time zone not null,
  enabled_at timestamp with time zone,
  constraint second_factors_pkey PRIMARY KEY (user_id),
  constraint second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create unlogged table sent_forms (
  id text not null,
  sender text not null,
  claimed_at timestamp with time zone not null,
  answer text,
  constraint sent_forms_pkey PRIMARY KEY (id)
);
CREATE INDEX sent_forms_claimed ON public.sent_forms USING btree (claimed_at);
CREATE INDEX sent_forms_sender ON public.sent_forms USING btree (sender);

create table service_addresses (
  service_id integer not null,
  kind text not null,
  url text not null,
  constraint service_addresses_pkey PRIMARY KEY (service_id, kind, url),
  constraint service_addresses_kind_check CHECK ((kind = ANY (ARRAY['cas'::text, 'redirect'::text, 'post_logout'::text, 'backchannel'::text, 'proxy_callback'::text]))),
  constraint service_addresses_url_check CHECK ((char_length(url) <= 2048)),
  constraint service_addresses_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE
);

create table service_attributes (
  service_id integer not null,
  attribute text not null,
  name text not null,
  constraint service_attributes_pkey PRIMARY KEY (service_id, attribute),
  constraint service_attributes_service_id_name_key UNIQUE (service_id, name),
  constraint service_attributes_attribute_check CHECK ((attribute = ANY (ARRAY['mail'::text, 'givenname'::text, 'sn'::text, 'displayname'::text, 'siret'::text, 'structure'::text, 'droit'::text]))),
  constraint service_attributes_name_check CHECK ((name ~ '^[A-Za-z][A-Za-z0-9_.-]{0,59}$'::text)),
  constraint service_attributes_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE
);

create table service_rights (
  service_id integer not null,
  "right" text not null,
  constraint service_rights_pkey PRIMARY KEY (service_id, "right"),
  constraint service_rights_right_check CHECK (("right" = ANY (ARRAY['beneficiary'::text, 'hr_validator'::text, 'provider'::text, 'of_catalogue'::text, 'of_preregistration'::text, 'of_general'::text, 'prescriber_1'::text, 'prescriber_2'::text, 'prescriber_3'::text, 'referent'::text]))),
  constraint service_rights_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE
);

create table service_secrets (
  id integer not null generated always as identity,
  service_id integer not null,
  secret_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  constraint service_secrets_pkey PRIMARY KEY (id),
  constraint service_secrets_secret_hash_key UNIQUE (secret_hash),
  constraint service_secrets_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_present_secret ON public.service_secrets USING btree (service_id) WHERE (expires_at IS NULL);

create table service_silences (
  service_id integer not null,
  listener text not null,
  since timestamp with time zone not null,
  failed_at timestamp with time zone not null,
  rests_until timestamp with time zone,
  told_on date,
  constraint service_silences_pkey PRIMARY KEY (service_id, listener),
  constraint service_silences_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE
);

create table services (
  id integer not null generated always as identity,
  key text not null,
  name text not null,
  description text not null,
  home_url text,
  icon text not null default 'box-arrow-up-right'::text,
  state text not null default 'active'::text,
  opens_to text not null,
  needs_second_factor boolean not null default false,
  subject text not null default 'identifier'::text,
  speaks_cas boolean not null default false,
  speaks_oidc boolean not null default false,
  attributes_in_v2 boolean not null default false,
  may_proxy boolean not null default false,
  cas_logout_url text,
  contact_email text,
  "position" integer not null default 100,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  created_by integer,
  updated_at timestamp with time zone not null,
  suspended_at timestamp with time zone,
  constraint services_pkey PRIMARY KEY (id),
  constraint services_key_key UNIQUE (key),
  constraint services_check CHECK (((state = 'suspended'::text) = (suspended_at IS NOT NULL))),
  constraint services_description_check CHECK ((char_length(description) <= 300)),
  constraint services_icon_check CHECK ((icon = ANY (ARRAY['box-arrow-up-right'::text, 'journal-richtext'::text, 'people-fill'::text, 'mortarboard-fill'::text, 'briefcase-fill'::text, 'calendar-event'::text, 'bar-chart-fill'::text, 'file-earmark-text'::text]))),
  constraint services_key_check CHECK ((key ~ '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9]){0,1}$'::text)),
  constraint services_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80))),
  constraint services_opens_to_check CHECK ((opens_to = ANY (ARRAY['everyone'::text, 'rights'::text, 'members'::text, 'agency'::text]))),
  constraint services_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text]))),
  constraint services_subject_check CHECK ((subject = ANY (ARRAY['email'::text, 'identifier'::text]))),
  constraint services_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
);

create table session_devices (
  sign_in_hash character(64) not null,
  user_id integer not null,
  device text not null,
  constraint session_devices_pkey PRIMARY KEY (sign_in_hash),
  constraint session_devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX session_devices_user ON public.session_devices USING btree (user_id);

create table session_document_contents (
  document_id integer not null,
  content bytea storage e not null,
  constraint session_document_contents_pkey PRIMARY KEY (document_id),
  constraint session_document_contents_document_id_fkey FOREIGN KEY (document_id) REFERENCES session_documents(id) ON DELETE CASCADE
);

create table session_documents (
  id integer not null generated always as identity,
  session_id integer not null,
  title text not null,
  bytes integer not null,
  sha256 text not null,
  added_at timestamp with time zone not null,
  added_by integer not null,
  constraint session_documents_pkey PRIMARY KEY (id),
  constraint session_documents_session_id_sha256_key UNIQUE (session_id, sha256),
  constraint session_documents_bytes_check CHECK ((bytes > 0)),
  constraint session_documents_added_by_fkey FOREIGN KEY (added_by) REFERENCES users(id),
  constraint session_documents_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

create table session_drafts (
  id integer not null generated always as identity,
  action_id integer not null,
  fields jsonb not null,
  saved_at timestamp with time zone not null,
  constraint session_drafts_pkey PRIMARY KEY (id),
  constraint session_drafts_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id) ON DELETE CASCADE
);
CREATE INDEX session_drafts_action ON public.session_drafts USING btree (action_id, saved_at DESC);

create table session_message_recipients (
  message_id integer not null,
  enrolment_id integer not null,
  constraint session_message_recipients_pkey PRIMARY KEY (message_id, enrolment_id),
  constraint session_message_recipients_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint session_message_recipients_message_id_fkey FOREIGN KEY (message_id) REFERENCES session_messages(id) ON DELETE CASCADE
);
CREATE INDEX session_message_recipients_enrolment ON public.session_message_recipients USING btree (enrolment_id);

create table session_messages (
  id integer not null generated always as identity,
  session_id integer not null,
  author_id integer not null,
  sent_at timestamp with time zone not null,
  subject text not null,
  body text not null,
  form_key uuid not null,
  constraint session_messages_pkey PRIMARY KEY (id),
  constraint session_messages_form_key_key UNIQUE (form_key),
  constraint session_messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id),
  constraint session_messages_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
CREATE INDEX session_messages_author ON public.session_messages USING btree (author_id, sent_at);
CREATE INDEX session_messages_sent ON public.session_messages USING btree (sent_at DESC, id DESC);
CREATE INDEX session_messages_session ON public.session_messages USING btree (session_id, sent_at DESC, id DESC);

create table session_proposals (
  id integer not null generated always as identity,
  provider_id integer not null,
  action_id integer not null,
  is_change boolean not null,
  session_id integer,
  session_version integer,
  form jsonb not null,
  former jsonb,
  comment text not null default ''::text,
  state text not null default 'pending'::text,
  proposed_by integer,
  proposed_at timestamp with time zone not null,
  decided_by integer,
  decided_at timestamp with time zone,
  refusal_reason text,
  created_session_id integer,
  form_key uuid not null,
  constraint session_proposals_pkey PRIMARY KEY (id),
  constraint session_proposals_form_key_key UNIQUE (form_key),
  constraint session_proposals_check CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
  constraint session_proposals_check1 CHECK (((state = 'refused'::text) = (refusal_reason IS NOT NULL))),
  constraint session_proposals_check2 CHECK (((is_change = (former IS NOT NULL)) AND (is_change = (session_version IS NOT NULL)))),
  constraint session_proposals_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint session_proposals_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id),
  constraint session_proposals_created_session_id_fkey FOREIGN KEY (created_session_id) REFERENCES sessions(id) ON DELETE SET NULL,
  constraint session_proposals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint session_proposals_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint session_proposals_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES structures(id),
  constraint session_proposals_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX one_live_proposal ON public.session_proposals USING btree (session_id) WHERE (state = 'pending'::text);
CREATE INDEX session_proposals_action ON public.session_proposals USING btree (action_id);
CREATE INDEX session_proposals_created ON public.session_proposals USING btree (created_session_id);
CREATE INDEX session_proposals_list ON public.session_proposals USING btree (state, proposed_at);
CREATE INDEX session_proposals_provider ON public.session_proposals USING btree (provider_id, proposed_at DESC, id DESC);

create table session_surveys (
  session_id integer not null,
  questionnaire_id integer not null,
  asked integer not null default 0,
  answers integer not null default 0,
  constraint session_surveys_pkey PRIMARY KEY (session_id),
  constraint session_surveys_check CHECK ((answers <= asked)),
  constraint session_surveys_questionnaire_id_fkey FOREIGN KEY (questionnaire_id) REFERENCES questionnaires(id),
  constraint session_surveys_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
CREATE INDEX session_surveys_questionnaire ON public.session_surveys USING btree (questionnaire_id, session_id);

create table sessions (
  id integer not null generated always as identity,
  action_id integer not null,
  capacity integer not null,
  waiting_capacity integer not null,
  registration_opens_at timestamp with time zone not null,
  registration_closes_at timestamp with time zone not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  city text,
  department text,
  cancelled_at timestamp with time zone,
  cancellation_reason text,
  calendar_sequence integer not null default 0,
  seats_held integer not null default 0,
  live_requests integer not null default 0,
  waitlisted integer not null default 0,
  has_place boolean not null generated always as (((seats_held < capacity) AND (live_requests < (capacity + waiting_capacity)))) stored,
  city_key text generated always as (place_key(city)) stored,
  lock_version integer not null default 1,
  reference text,
  added_at timestamp with time zone,
  announced_at timestamp with time zone,
  noticed_at timestamp with time zone,
  calendar_changed_at timestamp with time zone,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_capacity_check CHECK (((capacity >= 0) AND (capacity <= 10000))),
  constraint sessions_check CHECK ((registration_opens_at < registration_closes_at)),
  constraint sessions_check1 CHECK ((starts_at < ends_at)),
  constraint sessions_live_requests_check CHECK ((live_requests >= 0)),
  constraint sessions_reference_check CHECK ((reference <> ''::text)),
  constraint sessions_seats_held_check CHECK ((seats_held >= 0)),
  constraint sessions_waiting_capacity_check CHECK (((waiting_capacity >= 0) AND (waiting_capacity <= 10000))),
  constraint sessions_waitlisted_check CHECK ((waitlisted >= 0)),
  constraint sessions_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions(id)
);
CREATE INDEX sessions_action ON public.sessions USING btree (action_id, starts_at);
CREATE INDEX sessions_coming ON public.sessions USING btree (ends_at) INCLUDE (id, action_id, starts_at, registration_closes_at, department, city, city_key, has_place) WHERE (cancelled_at IS NULL);
CREATE INDEX sessions_ends ON public.sessions USING btree (ends_at);
CREATE INDEX sessions_full ON public.sessions USING btree (ends_at) INCLUDE (id) WHERE ((cancelled_at IS NULL) AND (NOT has_place));
CREATE INDEX sessions_noticed ON public.sessions USING btree (noticed_at) WHERE (noticed_at IS NOT NULL);
CREATE UNIQUE INDEX sessions_reference ON public.sessions USING btree (reference) WHERE (reference IS NOT NULL);
CREATE INDEX sessions_starts ON public.sessions USING btree (starts_at) INCLUDE (id, action_id, ends_at, registration_closes_at) WHERE (cancelled_at IS NULL);
CREATE INDEX sessions_to_announce ON public.sessions USING btree (added_at) WHERE ((added_at IS NOT NULL) AND (announced_at IS NULL));
CREATE INDEX sessions_to_notice ON public.sessions USING btree (added_at) WHERE ((added_at IS NOT NULL) AND (noticed_at IS NULL));
CREATE CONSTRAINT TRIGGER sessions_version AFTER UPDATE ON public.sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((((((old.action_id IS DISTINCT FROM new.action_id) OR (old.starts_at IS DISTINCT FROM new.starts_at)) OR (old.ends_at IS DISTINCT FROM new.ends_at)) OR (old.registration_closes_at IS DISTINCT FROM new.registration_closes_at)) OR (old.city IS DISTINCT FROM new.city)) OR (old.department IS DISTINCT FROM new.department)) OR (old.cancelled_at IS DISTINCT FROM new.cancelled_at))) EXECUTE FUNCTION note_catalogue_version();
CREATE CONSTRAINT TRIGGER sessions_version_rows AFTER INSERT OR DELETE ON public.sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_catalogue_version();

create table signature_chains (
  session_id integer not null,
  length integer not null default 0,
  head bytea not null default decode(repeat('00'::text, 32), 'hex'::text),
  constraint signature_chains_pkey PRIMARY KEY (session_id),
  constraint signature_chains_head_check CHECK ((octet_length(head) = 32)),
  constraint signature_chains_length_check CHECK ((length >= 0)),
  constraint signature_chains_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

create table signature_discrepancies (
  enrolment_id integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  kind text not null,
  reason text not null,
  explained_at timestamp with time zone not null,
  explained_by integer not null,
  constraint signature_discrepancies_pkey PRIMARY KEY (enrolment_id, starts_at, ends_at),
  constraint signature_discrepancies_kind_check CHECK ((kind = ANY (ARRAY['marked_unsigned'::text, 'signed_absent'::text, 'unconfirmed'::text]))),
  constraint signature_discrepancies_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
  constraint signature_discrepancies_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint signature_discrepancies_explained_by_fkey FOREIGN KEY (explained_by) REFERENCES users(id)
);
CREATE INDEX signature_discrepancies_explained_by ON public.signature_discrepancies USING btree (explained_by);

create table signed_statements (
  sha256 bytea not null,
  statement text not null,
  constraint signed_statements_pkey PRIMARY KEY (sha256),
  constraint signed_statements_sha256_check CHECK ((octet_length(sha256) = 32))
);
CREATE TRIGGER signed_statements_frozen BEFORE DELETE OR UPDATE OR TRUNCATE ON public.signed_statements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table signing_windows (
  session_id integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  opens_at timestamp with time zone,
  closes_at timestamp with time zone,
  constraint signing_windows_pkey PRIMARY KEY (session_id, starts_at, ends_at),
  constraint signing_windows_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

create table slots (
  id integer not null generated always as identity,
  session_id integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  modality text not null,
  place text not null default ''::text,
  address text not null default ''::text,
  postcode text not null default ''::text,
  city text not null default ''::text,
  link text not null default ''::text,
  constraint slots_pkey PRIMARY KEY (id),
  constraint slots_check CHECK ((starts_at < ends_at)),
  constraint slots_modality_check CHECK ((modality = ANY (ARRAY['in_person'::text, 'remote'::text]))),
  constraint slots_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
CREATE INDEX slots_session ON public.slots USING btree (session_id, starts_at);
CREATE CONSTRAINT TRIGGER slots_version AFTER UPDATE ON public.slots DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.session_id IS DISTINCT FROM new.session_id) OR (old.modality IS DISTINCT FROM new.modality))) EXECUTE FUNCTION note_catalogue_version();
CREATE CONSTRAINT TRIGGER slots_version_rows AFTER INSERT OR DELETE ON public.slots DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_catalogue_version();

create table sso_keys (
  kid text not null,
  sealed_private_jwk text not null,
  public_jwk jsonb not null,
  created_at timestamp with time zone not null,
  used_from timestamp with time zone not null,
  constraint sso_keys_pkey PRIMARY KEY (kid)
);

create table sso_tickets (
  ticket_hash text not null,
  kind text not null,
  service_id integer not null,
  service_url text not null,
  user_id integer not null,
  sign_in_id uuid not null,
  is_fresh boolean not null default false,
  with_second_factor boolean not null default false,
  authenticated_at timestamp with time zone not null,
  proxies text[] not null default '{}'::text[],
  visit_id bigint,
  ip inet,
  request_id text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint sso_tickets_pkey PRIMARY KEY (ticket_hash),
  constraint sso_tickets_kind_check CHECK ((kind = ANY (ARRAY['service'::text, 'proxy'::text, 'granting'::text]))),
  constraint sso_tickets_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE,
  constraint sso_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sso_tickets_expiry ON public.sso_tickets USING btree (expires_at);
CREATE INDEX sso_tickets_person ON public.sso_tickets USING btree (user_id);
CREATE INDEX sso_tickets_sign_in ON public.sso_tickets USING btree (sign_in_id);
CREATE INDEX sso_tickets_visit ON public.sso_tickets USING btree (visit_id) WHERE (kind = 'granting'::text);

create table sso_visits (
  id bigint not null generated always as identity,
  sign_in_id uuid not null,
  user_id integer not null,
  service_id integer not null,
  protocol text not null,
  sealed_ticket text,
  oidc_sid text,
  logout_url text,
  with_second_factor boolean not null default false,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  because text,
  attempts smallint not null default 0,
  next_at timestamp with time zone,
  delivered_at timestamp with time zone,
  given_up_at timestamp with time zone,
  constraint sso_visits_pkey PRIMARY KEY (id),
  constraint sso_visits_oidc_sid_key UNIQUE (oidc_sid),
  constraint sso_visits_because_check CHECK ((because = ANY (ARRAY['signed_out'::text, 'session_over'::text, 'closed_by_person'::text, 'no_longer_allowed'::text, 'suspended'::text, 'agency'::text, 'service'::text]))),
  constraint sso_visits_check CHECK (((closed_at IS NULL) = (because IS NULL))),
  constraint sso_visits_check1 CHECK (((protocol = 'cas'::text) = (oidc_sid IS NULL))),
  constraint sso_visits_protocol_check CHECK ((protocol = ANY (ARRAY['cas'::text, 'oidc'::text]))),
  constraint sso_visits_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON DELETE CASCADE,
  constraint sso_visits_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sso_visits_given_up ON public.sso_visits USING btree (service_id, given_up_at) WHERE (given_up_at IS NOT NULL);
CREATE INDEX sso_visits_of_person ON public.sso_visits USING btree (user_id, opened_at);
CREATE INDEX sso_visits_of_service ON public.sso_visits USING btree (service_id, opened_at);
CREATE INDEX sso_visits_open ON public.sso_visits USING btree (sign_in_id) WHERE (closed_at IS NULL);
CREATE INDEX sso_visits_open_by_service ON public.sso_visits USING btree (service_id) WHERE (closed_at IS NULL);
CREATE INDEX sso_visits_to_tell ON public.sso_visits USING btree (next_at) WHERE (next_at IS NOT NULL);

create table structure_request_history (
  id integer not null generated always as identity,
  request_id integer not null,
  at timestamp with time zone not null,
  event text not null,
  constraint structure_request_history_pkey PRIMARY KEY (id),
  constraint structure_request_history_event_check CHECK ((event = ANY (ARRAY['received'::text, 'repeated'::text]))),
  constraint structure_request_history_request_id_fkey FOREIGN KEY (request_id) REFERENCES structure_requests(id) ON DELETE CASCADE
);
CREATE INDEX structure_request_history_request ON public.structure_request_history USING btree (request_id, at);

create table structure_requests (
  id integer not null generated always as identity,
  siret character(14) not null,
  name text not null,
  acronym text,
  brand text,
  ape_code text,
  kind text not null,
  address text not null,
  postcode text not null,
  city text not null,
  civility text not null,
  last_name text not null,
  first_name text not null,
  email citext not null,
  phone text,
  state text not null default 'pending'::text,
  created_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by integer,
  refusal_reason text,
  structure_id integer,
  constraint structure_requests_pkey PRIMARY KEY (id),
  constraint structure_requests_check CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
  constraint structure_requests_check1 CHECK (((state = ANY (ARRAY['accepted'::text, 'linked'::text])) = (structure_id IS NOT NULL))),
  constraint structure_requests_check2 CHECK (((state <> 'refused'::text) OR (refusal_reason IS NOT NULL))),
  constraint structure_requests_civility_check CHECK ((civility = ANY (ARRAY['Mme'::text, 'M.'::text]))),
  constraint structure_requests_siret_check CHECK ((siret ~ '^[0-9]{14}$'::text)),
  constraint structure_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'linked'::text]))),
  constraint structure_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint structure_requests_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE UNIQUE INDEX one_pending_structure_request ON public.structure_requests USING btree (siret, email) WHERE (state = 'pending'::text);
CREATE INDEX structure_requests_state ON public.structure_requests USING btree (state, created_at);

create table structure_update_changes (
  request_id integer not null,
  field text not null,
  old_value text,
  new_value text,
  constraint structure_update_changes_pkey PRIMARY KEY (request_id, field),
  constraint structure_update_changes_check CHECK ((old_value IS DISTINCT FROM new_value)),
  constraint structure_update_changes_field_check CHECK ((field = ANY (ARRAY['name'::text, 'acronym'::text, 'brand'::text, 'ape_code'::text, 'kind'::text, 'address'::text, 'postcode'::text, 'city'::text]))),
  constraint structure_update_changes_request_id_fkey FOREIGN KEY (request_id) REFERENCES structure_update_requests(id) ON DELETE CASCADE
);

create table structure_update_requests (
  id integer not null generated always as identity,
  structure_id integer not null,
  state text not null default 'pending'::text,
  comment text,
  requested_by integer,
  requested_at timestamp with time zone not null,
  decided_by integer,
  decided_at timestamp with time zone,
  refusal_reason text,
  constraint structure_update_requests_pkey PRIMARY KEY (id),
  constraint structure_update_requests_check CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
  constraint structure_update_requests_check1 CHECK (((state = 'refused'::text) = (refusal_reason IS NOT NULL))),
  constraint structure_update_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint structure_update_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint structure_update_requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint structure_update_requests_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id)
);
CREATE UNIQUE INDEX one_live_structure_update ON public.structure_update_requests USING btree (structure_id) WHERE (state = 'pending'::text);
CREATE INDEX structure_update_requests_list ON public.structure_update_requests USING btree (state, requested_at);

create table structure_words (
  word text collate "C" not null,
  uses integer not null,
  constraint structure_words_pkey PRIMARY KEY (word)
);
CREATE INDEX structure_words_part ON public.structure_words USING gin (word gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX structure_words_typo ON public.structure_words USING gin (one_letter_less(word)) WITH (fastupdate=off);

create table structures (
  id integer not null generated always as identity,
  siret character(14) not null,
  name text not null,
  acronym text,
  brand text,
  ape_code text,
  kind text not null,
  address text not null default ''::text,
  postcode text not null,
  city text not null,
  department text not null,
  is_training_body boolean not null default false,
  may_preregister boolean not null default false,
  is_head_office boolean not null default true,
  closed_on date,
  created_at timestamp with time zone not null,
  search_rank smallint not null generated always as ((
CASE
    WHEN (closed_on IS NULL) THEN 0
    ELSE 2
END +
CASE
    WHEN is_head_office THEN 0
    ELSE 1
END)) stored,
  corrections jsonb not null default '{}'::jsonb,
  search_text text not null generated always as (plain_words(((name || COALESCE((' '' '::text || acronym), ''::text)) || COALESCE((' '' '::text || brand), ''::text)))) stored,
  search_acronym text generated always as (plain_words(acronym)) stored,
  search_brand text generated always as (plain_words(brand)) stored,
  search_words tsvector not null generated always as (structure_words_of(((name || COALESCE((' '' '::text || acronym), ''::text)) || COALESCE((' '' '::text || brand), ''::text)), city, postcode, department)) stored,
  constraint structures_pkey PRIMARY KEY (id),
  constraint structures_siret_key UNIQUE (siret),
  constraint structures_siret_check CHECK ((siret ~ '^[0-9]{14}$'::text))
);
CREATE INDEX structures_acronym ON public.structures USING btree (search_rank, search_acronym text_pattern_ops) WHERE (search_acronym IS NOT NULL);
CREATE INDEX structures_brand_prefix ON public.structures USING btree (search_rank, search_brand text_pattern_ops) WHERE (search_brand IS NOT NULL);
CREATE INDEX structures_few_heads ON public.structures USING gin (search_words) WITH (fastupdate=off) WHERE ((closed_on IS NULL) AND is_head_office AND ((id % 16) = 0));
CREATE INDEX structures_few_others ON public.structures USING gin (search_words) WITH (fastupdate=off) WHERE ((NOT ((closed_on IS NULL) AND is_head_office)) AND ((id % 16) = 0));
CREATE INDEX structures_few_siret_part ON public.structures USING gin (siret_parts(siret)) WITH (fastupdate=off) WHERE ((id % 16) = 0);
CREATE INDEX structures_heads ON public.structures USING gin (search_words) WITH (fastupdate=off) WHERE ((closed_on IS NULL) AND is_head_office);
CREATE INDEX structures_name_prefix ON public.structures USING btree (search_rank, search_text text_pattern_ops);
CREATE INDEX structures_others ON public.structures USING gin (search_words) WITH (fastupdate=off) WHERE (NOT ((closed_on IS NULL) AND is_head_office));
CREATE INDEX structures_siret_part ON public.structures USING gin (siret_parts(siret)) WITH (fastupdate=off);
CREATE INDEX structures_siret_prefix ON public.structures USING btree (siret bpchar_pattern_ops);
CREATE INDEX structures_training_bodies ON public.structures USING btree (name, id) WHERE is_training_body;
CREATE TRIGGER learn_words_of_changed AFTER UPDATE ON public.structures REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learn_structure_words();
CREATE TRIGGER learn_words_of_new AFTER INSERT ON public.structures REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learn_structure_words();
CREATE TRIGGER providers_documents AFTER UPDATE OF name, acronym ON public.structures FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.acronym IS DISTINCT FROM new.acronym))) EXECUTE FUNCTION renew_documents();
CREATE TRIGGER structures_offer_documents AFTER UPDATE OF name, acronym ON public.structures FOR EACH ROW WHEN ((((old.name IS DISTINCT FROM new.name) OR (old.acronym IS DISTINCT FROM new.acronym)) AND new.is_training_body)) EXECUTE FUNCTION renew_body_documents();

create table survey_counts (
  session_id integer not null,
  question_id integer not null,
  value smallint not null,
  answers integer not null,
  constraint survey_counts_pkey PRIMARY KEY (session_id, question_id, value),
  constraint survey_counts_answers_check CHECK ((answers > 0)),
  constraint survey_counts_value_check CHECK ((value > 0)),
  constraint survey_counts_question_id_fkey FOREIGN KEY (question_id) REFERENCES questionnaire_questions(id),
  constraint survey_counts_session_id_fkey FOREIGN KEY (session_id) REFERENCES session_surveys(session_id)
);

create table survey_invitations (
  enrolment_id integer not null,
  session_id integer not null,
  sent_at timestamp with time zone not null,
  reminded_at timestamp with time zone,
  has_answered boolean not null default false,
  constraint survey_invitations_pkey PRIMARY KEY (enrolment_id),
  constraint survey_invitations_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolments(id),
  constraint survey_invitations_session_id_fkey FOREIGN KEY (session_id) REFERENCES session_surveys(session_id)
);
CREATE INDEX survey_invitations_to_remind ON public.survey_invitations USING btree (sent_at) WHERE ((reminded_at IS NULL) AND (NOT has_answered));

create table survey_links (
  token_hash text not null,
  enrolment_id integer not null,
  constraint survey_links_pkey PRIMARY KEY (token_hash),
  constraint survey_links_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES survey_invitations(enrolment_id) ON DELETE CASCADE
);
CREATE INDEX survey_links_enrolment ON public.survey_links USING btree (enrolment_id);

create table survey_texts (
  id uuid not null default gen_random_uuid(),
  session_id integer not null,
  question_id integer not null,
  body text not null,
  constraint survey_texts_pkey PRIMARY KEY (id),
  constraint survey_texts_question_id_fkey FOREIGN KEY (question_id) REFERENCES questionnaire_questions(id),
  constraint survey_texts_session_id_fkey FOREIGN KEY (session_id) REFERENCES session_surveys(session_id)
);
CREATE INDEX survey_texts_question ON public.survey_texts USING btree (session_id, question_id, id);

create table suspended_rights (
  affiliation_id integer not null,
  "right" text not null,
  granted_at timestamp with time zone not null,
  granted_by integer,
  constraint suspended_rights_pkey PRIMARY KEY (affiliation_id, "right"),
  constraint suspended_rights_affiliation_id_fkey FOREIGN KEY (affiliation_id) REFERENCES affiliations(id) ON DELETE CASCADE,
  constraint suspended_rights_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL
);

create table themes (
  id integer not null generated always as identity,
  slug text not null,
  label text not null,
  "position" integer not null,
  lock_version integer not null default 1,
  constraint themes_pkey PRIMARY KEY (id),
  constraint themes_slug_key UNIQUE (slug)
);
CREATE TRIGGER themes_documents AFTER UPDATE OF label ON public.themes FOR EACH ROW WHEN ((old.label IS DISTINCT FROM new.label)) EXECUTE FUNCTION renew_documents();
CREATE CONSTRAINT TRIGGER themes_version AFTER UPDATE ON public.themes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((old.slug IS DISTINCT FROM new.slug) OR (old.label IS DISTINCT FROM new.label)) OR (old."position" IS DISTINCT FROM new."position"))) EXECUTE FUNCTION note_catalogue_version();
CREATE CONSTRAINT TRIGGER themes_version_rows AFTER INSERT OR DELETE ON public.themes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_catalogue_version();

create table trainer_link_slots (
  link_id integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  constraint trainer_link_slots_pkey PRIMARY KEY (link_id, starts_at, ends_at),
  constraint trainer_link_slots_link_id_fkey FOREIGN KEY (link_id) REFERENCES trainer_links(id) ON DELETE CASCADE
);

create table trainer_links (
  id integer not null generated always as identity,
  session_id integer not null,
  trainer_name text not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  created_by integer not null,
  revoked_at timestamp with time zone,
  constraint trainer_links_pkey PRIMARY KEY (id),
  constraint trainer_links_token_hash_key UNIQUE (token_hash),
  constraint trainer_links_trainer_name_check CHECK (((char_length(trainer_name) >= 1) AND (char_length(trainer_name) <= 120))),
  constraint trainer_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
  constraint trainer_links_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
CREATE INDEX trainer_links_created_by ON public.trainer_links USING btree (created_by);
CREATE INDEX trainer_links_session ON public.trainer_links USING btree (session_id);

create table training_body_profiles (
  structure_id integer not null,
  activity_number text,
  activity_region text,
  representative text,
  representative_quality text,
  city text,
  phone text,
  email text,
  administrative_contact text,
  disability_contact text,
  qualiopi_number text,
  stamp bytea storage e,
  version integer not null default 1,
  updated_by integer,
  updated_at timestamp with time zone not null,
  constraint training_body_profiles_pkey PRIMARY KEY (structure_id),
  constraint training_body_profiles_activity_number_check CHECK ((activity_number ~ '^[0-9]{11}$'::text)),
  constraint training_body_profiles_administrative_contact_check CHECK ((char_length(administrative_contact) <= 300)),
  constraint training_body_profiles_city_check CHECK ((char_length(city) <= 120)),
  constraint training_body_profiles_disability_contact_check CHECK ((char_length(disability_contact) <= 300)),
  constraint training_body_profiles_email_check CHECK ((char_length(email) <= 254)),
  constraint training_body_profiles_phone_check CHECK ((char_length(phone) <= 100)),
  constraint training_body_profiles_qualiopi_number_check CHECK ((char_length(qualiopi_number) <= 120)),
  constraint training_body_profiles_representative_check CHECK ((char_length(representative) <= 120)),
  constraint training_body_profiles_representative_quality_check CHECK ((char_length(representative_quality) <= 120)),
  constraint training_body_profiles_stamp_check CHECK ((octet_length(stamp) <= 200000)),
  constraint training_body_profiles_structure_id_fkey FOREIGN KEY (structure_id) REFERENCES structures(id) ON DELETE CASCADE,
  constraint training_body_profiles_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users(id)
);

create table users (
  id integer not null generated always as identity,
  email citext not null,
  password_hash text not null,
  civility text not null,
  last_name text not null,
  first_name text not null,
  job_title text,
  phone text,
  mobile text,
  is_agency_manager boolean not null default false,
  created_at timestamp with time zone not null,
  last_sign_in_at timestamp with time zone,
  passkey_handle uuid not null default gen_random_uuid(),
  last_link_use_at timestamp with time zone,
  closed_at timestamp with time zone,
  anonymised_at timestamp with time zone,
  name_kept_until date,
  last_active_at timestamp with time zone not null generated always as (GREATEST(created_at, last_sign_in_at, last_link_use_at)) stored,
  session_generation integer not null default 1,
  last_profile_right text,
  last_profile_structure_id integer,
  sso_subject uuid not null default gen_random_uuid(),
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email),
  constraint users_passkey_handle_key UNIQUE (passkey_handle),
  constraint users_sso_subject_key UNIQUE (sso_subject),
  constraint last_profile_has_right CHECK (((last_profile_structure_id IS NULL) OR (last_profile_right IS NOT NULL))),
  constraint users_check CHECK (((anonymised_at IS NULL) OR (closed_at IS NOT NULL))),
  constraint users_check1 CHECK (((name_kept_until IS NULL) OR (anonymised_at IS NOT NULL))),
  constraint users_civility_check CHECK ((civility = ANY (ARRAY['Mme'::text, 'M.'::text]))),
  constraint users_last_profile_right_check CHECK ((last_profile_right = ANY (ARRAY['beneficiary'::text, 'hr_validator'::text, 'provider'::text]))),
  constraint users_last_profile_structure_id_fkey FOREIGN KEY (last_profile_structure_id) REFERENCES structures(id) ON DELETE SET NULL
);
CREATE INDEX closed_users ON public.users USING btree (id) WHERE (closed_at IS NOT NULL);
CREATE INDEX users_closed ON public.users USING btree (closed_at, id) WHERE ((closed_at IS NOT NULL) AND (anonymised_at IS NULL));
CREATE INDEX users_inactive ON public.users USING btree (last_active_at, id) WHERE (closed_at IS NULL);
CREATE INDEX users_last_profile_structure ON public.users USING btree (last_profile_structure_id) WHERE (last_profile_structure_id IS NOT NULL);
CREATE INDEX users_managers ON public.users USING btree (id) WHERE is_agency_manager;
CREATE INDEX users_name_kept ON public.users USING btree (name_kept_until, id) WHERE (name_kept_until IS NOT NULL);
CREATE INDEX users_words ON public.users USING gin (person_words(first_name, last_name, email) gin_trgm_ops);

create table web_sessions (
  sid character varying not null,
  sess json not null,
  expire timestamp(6) without time zone not null,
  constraint web_sessions_pkey PRIMARY KEY (sid)
);
CREATE INDEX web_sessions_expire ON public.web_sessions USING btree (expire);
CREATE INDEX web_sessions_sign_in ON public.web_sessions USING btree (((sess ->> 'signInId'::text)));
CREATE INDEX web_sessions_user ON public.web_sessions USING btree (((sess #>> '{passport,user}'::text[])));

create view acting_validators as
 SELECT a.structure_id,
    a.user_id,
    NULL::integer AS for_user_id,
    NULL::integer AS delegation_id,
    '-infinity'::date AS from_day,
    'infinity'::date AS until_day
   FROM (affiliations a
     JOIN affiliation_rights r ON (((r.affiliation_id = a.id) AND (r."right" = 'hr_validator'::text))))
UNION ALL
 SELECT d.structure_id,
    d.user_id,
    o.user_id AS for_user_id,
    h.id AS delegation_id,
    h.starts_on AS from_day,
    h.ends_on AS until_day
   FROM ((hr_delegations h
     JOIN affiliations d ON ((d.id = h.delegate_affiliation_id)))
     JOIN affiliations o ON (((o.id = h.delegator_affiliation_id) AND (o.structure_id = d.structure_id))));
