import type { Knex } from 'knex';
import { AT_THE_SAME_HOURS } from '#enrolment/facts.ts';
import { query } from '#platform/database/query.ts';
import { filtered, type HrFilter } from '../filter.ts';
import type { HrProfile } from '../profile.ts';

/** A request that waits for the structure's decision. */
export interface WaitingRequest {
  id: number;
  personName: string;
  jobTitle: string | null;
  actionTitle: string;
  kindLabel: string;
  startsAt: Date;
  endsAt: Date;
  closesAt: Date;
  requestedAt: Date;
  /** Its beginning, where it is long. */
  motivation: string;
  isMotivationCut: boolean;
  /** The person is the one who looks: somebody else must decide. */
  isOwn: boolean;
  /** Whoever looks may decide: not on their own request, nor on that of the only one they stand in for. */
  mayDecide: boolean;
  /** Reserved actions of the civil year of the session, this request among them. */
  usedActions: number;
  usedFormations: number;
  maxActions: number;
  maxFormations: number;
  /** What else the person holds or waits for at the very hours of the session. */
  overlaps: string[];
  total: number;
}

/**
 * The requests of a structure's people that wait for a decision, oldest first. The period is that of the session.
 * @param motivationLength how much of each motivation is wanted, in characters
 */
export async function findWaitingRequests(
  db: Knex,
  { structureId, userId, barred }: HrProfile,
  filter: HrFilter,
  page: { offset: number; limit: number; motivationLength: number },
): Promise<WaitingRequest[]> {
  return query<WaitingRequest[]>(
    db,
    `with shown as (
       select e.id, e.user_id, e.action_id, e.session_id, e.requested_at, e.motivation, s.starts_at, s.ends_at,
              s.registration_closes_at, a.title, k.label, full_name(u) as name, u.job_title,
              count(*) over () as total
         from enrolments e
         join users u on u.id = e.user_id
         join actions a on a.id = e.action_id
         join action_kinds k on k.id = a.kind_id
         join sessions s on s.id = e.session_id
        where e.structure_id = :structureId and e.state = 'requested'
          and ${filtered({ first: 's.starts_at', last: 's.ends_at' })}
        order by e.requested_at, e.id
        offset :offset limit :limit
     )
     select e.id, e.name as "personName", e.job_title as "jobTitle", e.title as "actionTitle",
            e.label as "kindLabel", e.starts_at as "startsAt", e.ends_at as "endsAt",
            e.registration_closes_at as "closesAt", e.requested_at as "requestedAt",
            left(e.motivation, cast(:motivationLength as int)) as motivation,
            length(e.motivation) > cast(:motivationLength as int) as "isMotivationCut",
            e.user_id = :userId as "isOwn",
            e.user_id <> all(cast(:barred as int[])) as "mayDecide",
            coalesce(used.actions, 0) as "usedActions", coalesce(used.formations, 0) as "usedFormations",
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations",
            clashing.titles as "overlaps", e.total
       from shown e
       join enrolment_settings settings on settings.id = 1
       left join lateral (
         select count(*) as actions, count(*) filter (where k2.counts_as_formation) as formations
           from enrolments e2
           join sessions s2 on s2.id = e2.session_id
           join actions a2 on a2.id = e2.action_id
           join action_kinds k2 on k2.id = a2.kind_id
          where e2.user_id = e.user_id and counts_in_year(k2)
            and uses_right(e2.state)
            and paris_year(s2.starts_at)
              = paris_year(e.starts_at)
       ) used on true
       cross join lateral (
         select coalesce(json_agg(a3.title order by s3.starts_at, e3.id), '[]') as titles
           from enrolments e3
           join sessions s3 on s3.id = e3.session_id and s3.starts_at < e.ends_at and e.starts_at < s3.ends_at
           join actions a3 on a3.id = e3.action_id
          where e3.user_id = e.user_id and e3.action_id <> e.action_id and is_live(e3.state)
            and exists (select from slots x join slots y on ${AT_THE_SAME_HOURS}
                         where x.session_id = e3.session_id and y.session_id = e.session_id)
       ) clashing
      order by e.requested_at, e.id`,
    {
      ...filter,
      ...page,
      structureId,
      userId,
      barred,
    },
  );
}

/** A request as a selection speaks of it. */
export interface SelectedRequest {
  id: number;
  personName: string;
  actionTitle: string;
}

/** Those of these requests that are of the structure, whatever their state, oldest first. */
export async function findSelected(
  db: Knex,
  structureId: number,
  ids: readonly number[],
): Promise<SelectedRequest[]> {
  return query<SelectedRequest[]>(
    db,
    `select e.id, full_name(u) as "personName", a.title as "actionTitle"
       from enrolments e join users u on u.id = e.user_id join actions a on a.id = e.action_id
      where e.id = any(cast(:ids as int[])) and e.structure_id = :structureId
      order by e.requested_at, e.id`,
    { ids: [...ids], structureId },
  );
}

/** The places in the queue of those of these requests that wait there now, by number. */
export async function findRanks(db: Knex, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await query<{ id: number; rank: number }[]>(
    db,
    `select e.id, (select count(*) from enrolments o
                    where o.session_id = e.session_id and o.state = 'waitlisted'
                      and (o.requested_at, o.id) <= (e.requested_at, e.id)) as rank
       from enrolments e where e.id = any(cast(:ids as int[])) and e.state = 'waitlisted'`,
    { ids: [...ids] },
  );
  return new Map(rows.map(({ id, rank }) => [id, rank]));
}
