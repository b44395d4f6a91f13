import type { Knex } from 'knex';
import { COUNTED_STATES, LIVE_STATES, type State } from '../enrolment/states.ts';

/** A request of the person, as « Mon espace personnel » lists it. */
export interface MyEnrolment {
  id: number;
  state: State;
  rank: number | null;
  actionTitle: string;
  slug: string;
  kindLabel: string;
  modality: string;
  durationDays: number;
  structureName: string;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
  city: string | null;
  requestedAt: Date;
  reason: string | null;
  isComing: boolean;
}

/** Rights used in one civil year. */
export interface UsedRights {
  year: number;
  actions: number;
  formations: number;
}

export interface MySpace {
  enrolments: MyEnrolment[];
  used: UsedRights[];
  maxActions: number;
  maxFormations: number;
}

/** Everything the person asked for, next sessions first and then the past ones, with the yearly rights: one statement. */
export async function findMySpace(db: Knex, userId: number, now: Date): Promise<MySpace> {
  const { rows } = await db.raw(
    `with mine as (
       select e.id, e.state, e.action_id, a.title as "actionTitle", a.slug, k.label as "kindLabel", a.modality,
              a.duration_days as "durationDays", st.name as "structureName", s.id as "sessionId",
              s.starts_at as "startsAt", s.ends_at as "endsAt", s.city, e.requested_at as "requestedAt",
              k.reserved and k.counts_in_yearly_total as counted, k.counts_as_formation,
              e.state = any(cast(:live as text[])) and s.ends_at >= :now as "isComing",
              case when e.state = 'waitlisted' then (
                select count(*) from enrolments o
                 where o.session_id = e.session_id and o.state = 'waitlisted'
                   and (o.requested_at, o.id) <= (e.requested_at, e.id)) end as rank,
              (select h.reason from enrolment_history h where h.enrolment_id = e.id order by h.id desc limit 1) as reason
         from enrolments e
         join sessions s on s.id = e.session_id
         join actions a on a.id = e.action_id
         join action_kinds k on k.id = a.kind_id
         join structures st on st.id = e.structure_id
        where e.user_id = :userId
     )
     select coalesce((select json_agg(mine order by "isComing" desc,
                                      case when "isComing" then "startsAt" end, "startsAt" desc, id desc)
                        from mine), '[]') as enrolments,
            coalesce((select json_agg(used) from (
              select extract(year from "startsAt" at time zone 'Europe/Paris')::int as year,
                     count(distinct action_id) as actions,
                     count(distinct action_id) filter (where counts_as_formation) as formations
                from mine where counted and state = any(cast(:counted as text[])) group by 1) used), '[]') as used,
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations"
       from enrolment_settings settings`,
    { userId, now, live: [...LIVE_STATES], counted: [...COUNTED_STATES] },
  );
  const [row] = rows as [MySpace];
  for (const one of row.enrolments) {
    one.startsAt = new Date(one.startsAt);
    one.endsAt = new Date(one.endsAt);
    one.requestedAt = new Date(one.requestedAt);
  }
  return row;
}
