import type { Knex } from 'knex';
import type { State } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { filtered, type HrFilter } from '../filter.ts';

/** The states of somebody who goes, went or was awaited; and of who may still go. */
export const GOING: readonly State[] = Object.freeze(['preregistered', 'enrolled', 'attended', 'absent']);
const LISTED: readonly State[] = Object.freeze(['waitlisted', ...GOING]);

/** Somebody of the structure in a session. */
export interface Outing {
  id: number;
  personName: string;
  actionTitle: string;
  slug: string;
  kindLabel: string;
  startsAt: Date;
  endsAt: Date;
  /** Where, or null at a distance. */
  city: string | null;
  state: State;
  /** Recorded presence, in minutes; null where nothing is recorded, or where hours mean nothing. */
  minutesPresent: number | null;
  /** The whole session, in minutes; null for a self-paced run of several weeks. */
  minutesTotal: number | null;
  /** An absence that has its reason. */
  isExcused: boolean;
  total: number;
}

/** Which half of the list: sessions that are not over, those that are, or all. */
export type When = 'coming' | 'past' | 'all';

/** Presence recorded of the enrolment `e`, and the length of its session, both in minutes of half-days that are timed. */
export const PRESENCE = `
  select sum(extract(epoch from sl.ends_at - sl.starts_at) / 60) as planned,
         bool_and(sl.ends_at - sl.starts_at <= interval '1 day') as is_timed,
         sum(case t.presence when 'present' then extract(epoch from sl.ends_at - sl.starts_at) / 60
                             when 'partial' then t.minutes else 0 end) as present,
         coalesce(bool_or(t.presence = 'excused'), false) as is_excused
    from slots sl left join attendance t on t.slot_id = sl.id and t.enrolment_id = e.id
   where sl.session_id = e.session_id`;

/** Who goes where, next sessions first; those that are over, latest first. The period is that of the session. */
export async function findOutings(
  db: Knex,
  structureId: number,
  filter: HrFilter & { when: When },
  { now, ...page }: { now: Date; offset: number; limit: number },
): Promise<Outing[]> {
  return query<Outing[]>(
    db,
    `with shown as (
       select e.id, e.state, e.session_id, full_name(u) as name, a.title, a.slug, k.label,
              s.starts_at, s.ends_at, s.city, s.ends_at >= :now as is_coming, count(*) over () as total
         from enrolments e
         join users u on u.id = e.user_id
         join actions a on a.id = e.action_id
         join action_kinds k on k.id = a.kind_id
         join sessions s on s.id = e.session_id
        where e.structure_id = :structureId and e.state = any(cast(:states as text[]))
          and (cast(:when as text) = 'all' or (s.ends_at >= :now) = (cast(:when as text) = 'coming'))
          and ${filtered({ first: 's.starts_at', last: 's.ends_at' })}
        order by s.ends_at >= :now desc, case when s.ends_at >= :now then s.starts_at end, s.starts_at desc, name, e.id
        offset :offset limit :limit
     )
     select e.id, e.name as "personName", e.title as "actionTitle", e.slug, e.label as "kindLabel",
            e.starts_at as "startsAt", e.ends_at as "endsAt", e.city, e.state, e.total,
            case when p.is_timed and e.state in ('attended', 'absent') then p.present::int end as "minutesPresent",
            case when p.is_timed then p.planned::int end as "minutesTotal", p.is_excused as "isExcused"
       from shown e cross join lateral (${PRESENCE}) p
      order by e.is_coming desc, case when e.is_coming then e.starts_at end, e.starts_at desc, e.name, e.id`,
    {
      ...filter,
      ...page,
      structureId,
      now,
      states: LISTED.some((state) => state === filter.state) ? [filter.state] : [...LISTED],
    },
  );
}

/** A session on a day of the month, with its people of the structure. */
export interface DaySession {
  /** `YYYY-MM-DD` in Paris; null for a run of several days without hours of its own. */
  day: string | null;
  startsAt: Date;
  endsAt: Date;
  actionTitle: string;
  slug: string;
  city: string | null;
  /** The first of them by name. */
  names: string[];
  people: number;
  /** Sessions on that day, those that are not in the list among them. */
  onDay: number;
}

/** The most sessions of a day, and names of a session, that a month shows; the list has them all. */
export const MOST_PER_DAY = 4;
const MOST_NAMES = 4;
const MOST_LONG = 12;

/** The sessions of a month in which somebody of the structure goes, or went. */
export async function findMonth(
  db: Knex,
  structureId: number,
  filter: HrFilter,
  month: { begins: Date; ends: Date },
): Promise<DaySession[]> {
  return query<DaySession[]>(
    db,
    `with here as (
       select e.session_id, u.last_name, u.first_name, u.id, full_name(u)
         from enrolments e
         join users u on u.id = e.user_id
         join actions a on a.id = e.action_id
         join sessions s on s.id = e.session_id
        where e.structure_id = :structureId and e.state = any(cast(:states as text[]))
          and s.starts_at < :ends and s.ends_at > :begins
          and ${filtered({ first: 's.starts_at', last: 's.ends_at' })}
     ), half_days as (
       select sl.session_id, sl.starts_at, sl.ends_at,
              case when sl.ends_at - sl.starts_at <= interval '1 day'
                   then cast(sl.starts_at at time zone 'Europe/Paris' as date) end as day
         from slots sl
        where sl.session_id in (select session_id from here) and sl.starts_at < :ends and sl.ends_at > :begins
     ), on_days as (
       select day, session_id, min(starts_at) as starts_at, max(ends_at) as ends_at,
              row_number() over (partition by day order by min(starts_at), session_id) as nth,
              count(*) over (partition by day) as on_day
         from half_days where day is null or starts_at >= :begins
        group by day, session_id
     )
     select d.day, d.starts_at as "startsAt", d.ends_at as "endsAt", a.title as "actionTitle", a.slug, s.city,
            people.names, people.total as people, d.on_day as "onDay"
       from on_days d
       join sessions s on s.id = d.session_id
       join actions a on a.id = s.action_id
       cross join lateral (
         select count(*) as total,
                coalesce(json_agg(full_name order by place) filter (where place <= :mostNames), '[]') as names
           from (select h.*, row_number() over (order by h.last_name, h.first_name, h.id) as place
                   from here h where h.session_id = d.session_id) named
       ) people
      where d.nth <= case when d.day is null then cast(:mostLong as int) else cast(:mostPerDay as int) end
      order by d.day nulls last, d.nth`,
    {
      ...filter,
      ...month,
      structureId,
      states: [...GOING],
      mostNames: MOST_NAMES,
      mostLong: MOST_LONG,
      mostPerDay: MOST_PER_DAY,
    },
  );
}
