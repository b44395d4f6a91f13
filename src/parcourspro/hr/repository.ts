import type { Knex } from 'knex';
import { COUNTED_STATES, type State } from '../enrolment/states.ts';

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
  /** The person is the one who looks: somebody else must decide. */
  isOwn: boolean;
  usedActions: number;
  usedFormations: number;
  maxActions: number;
  maxFormations: number;
  total: number;
}

/** The requests of a structure's people that wait for a decision, oldest first. */
export async function findWaitingRequests(
  db: Knex,
  structureId: number,
  viewerId: number,
  page: { offset: number; limit: number },
): Promise<WaitingRequest[]> {
  const { rows } = await db.raw<{ rows: WaitingRequest[] }>(
    `select e.id, u.first_name || ' ' || u.last_name as "personName", u.job_title as "jobTitle",
            a.title as "actionTitle", k.label as "kindLabel", s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.registration_closes_at as "closesAt", e.requested_at as "requestedAt",
            e.user_id = :viewerId as "isOwn",
            coalesce(used.actions, 0) as "usedActions", coalesce(used.formations, 0) as "usedFormations",
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations",
            count(*) over () as total
       from enrolments e
       join users u on u.id = e.user_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       join sessions s on s.id = e.session_id
       cross join enrolment_settings settings
       left join lateral (
         select count(*) as actions, count(*) filter (where k2.counts_as_formation) as formations
           from enrolments e2
           join sessions s2 on s2.id = e2.session_id
           join actions a2 on a2.id = e2.action_id
           join action_kinds k2 on k2.id = a2.kind_id
          where e2.user_id = e.user_id and k2.reserved and k2.counts_in_yearly_total
            and e2.state = any(cast(:counted as text[]))
            and extract(year from s2.starts_at at time zone 'Europe/Paris')
              = extract(year from s.starts_at at time zone 'Europe/Paris')
       ) used on true
      where e.structure_id = :structureId and e.state = 'requested'
      order by e.requested_at, e.id
      offset :offset limit :limit`,
    { structureId, viewerId, ...page, counted: [...COUNTED_STATES] },
  );
  return rows;
}

/** A decision that somebody of the structure took. */
export interface TakenDecision {
  id: number;
  at: Date;
  decision: State;
  /** An approval taken back. */
  approvalWithdrawn: boolean;
  /** The state that the enrolment is in now comes from an approval taken back. */
  isWithdrawnNow: boolean;
  reason: string | null;
  deciderName: string;
  role: string;
  personName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  state: State;
  /** The person still holds a seat to come: the approval can be taken back. */
  maySeatBeTakenBack: boolean;
  withdrawnLate: boolean;
  total: number;
}

/** All decisions of a structure's validators (and of the agency for it), latest first, a page of them. */
export async function findDecisions(
  db: Knex,
  structureId: number,
  viewer: { viewerId: number; now: Date },
  page: { offset: number; limit: number },
): Promise<TakenDecision[]> {
  const { rows } = await db.raw<{ rows: TakenDecision[] }>(
    `select e.id, h.at, h.to_state as decision, h.from_state <> 'requested' as "approvalWithdrawn", h.reason, h.by_role as role,
            d.first_name || ' ' || d.last_name as "deciderName",
            u.first_name || ' ' || u.last_name as "personName", a.title as "actionTitle",
            s.starts_at as "startsAt", s.ends_at as "endsAt", e.state,
            e.state = 'refused_by_hr' and (
              select l.from_state <> 'requested' from enrolment_history l
               where l.enrolment_id = e.id order by l.id desc limit 1) as "isWithdrawnNow",
            e.state in ('preregistered', 'enrolled') and s.starts_at > :now and k.needs_hr_approval
              and e.user_id <> :viewerId as "maySeatBeTakenBack",
            e.withdrawn_late as "withdrawnLate", count(*) over () as total
       from enrolment_history h
       join enrolments e on e.id = h.enrolment_id
       join users d on d.id = h.by_user_id
       join users u on u.id = e.user_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       join sessions s on s.id = e.session_id
      where e.structure_id = :structureId and h.by_role in ('hr_validator', 'agency')
        and ((h.from_state = 'requested' and h.to_state in ('preregistered', 'waitlisted'))
             or h.to_state = 'refused_by_hr')
      order by h.at desc, h.id desc
      offset :offset limit :limit`,
    { structureId, ...viewer, ...page },
  );
  return rows;
}
