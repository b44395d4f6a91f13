const day = (column: string) => `${column} - date '1970-01-01'`;

/** LHÉO « dict-niveaux » of the formation `o` as one of the eight levels: those of before 2019 have one each. */
export const LEVEL = `case when o.exit_level between 11 and 18 then o.exit_level - 10
                           when o.exit_level between 4 and 8 then o.exit_level - 1 else 0 end`;

/**
 * SQL of a JSON object: the formation `o` as the stock takes it (`ReadOffer`). What was over on `:today` is not of it,
 * nor what will never take place.
 */
export const OFFERED = `
  json_build_object(
    'id', o.id, 'bodyId', o.structure_id, 'level', ${LEVEL}, 'certifying', o.certifying,
    'domains', (select coalesce(json_agg(distinct f.domain), '[]') from formacodes f
                 where f.code = any (cast(o.formacodes as char(5)[])) and f.domain <> ''),
    'titleWords', coalesce(to_json(d.title_words), '[]'), 'labelWords', coalesce(to_json(d.label_words), '[]'),
    'actions', (
      select coalesce(json_agg(json_build_array(
               a.place_city, a.city_key, coalesce(a.department, ''),
               a.latitude, a.longitude, a.remote,
               coalesce(a.teaching_mode, -1), coalesce(a.entry_mode, -1), a.programme_id, to_json(a.publics), a.conventioned,
               (select coalesce(json_agg(json_build_array(
                         s.id, ${day('s.starts_on')}, ${day('last_start(s.starts_on, s.date_precision)')}, ${day('s.ends_on')}, s.recruiting, s.has_place,
                         (select cast(extract(epoch from max(m.starts_at)) * 1000 as float) from information_meetings m
                           where m.session_id = s.id and m.cancelled_at is null)) order by s.starts_on, s.id), '[]')
                  from offer_sessions s
                 where s.action_id = a.id and s.state = 'open' and coalesce(s.ends_on >= :today::date, true)
                   and (a.entry_mode = 1 or coalesce(last_start(s.starts_on, s.date_precision) >= :today::date, true))))
               order by a.position, a.id), '[]')
        from offer_actions a
       where a.offer_id = o.id and a.archived_at is null))`;

/** Tables of {@link OFFERED}, from which only what is published is read. */
export const FROM_OFFERED = `offers o left join offer_documents d on d.offer_id = o.id`;
