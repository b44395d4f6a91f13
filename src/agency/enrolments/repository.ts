import type { Knex } from 'knex';
import type { State } from '../../parcourspro/enrolment/states.ts';

/** A request for a place that waits, as the agency sees it. */
export interface PendingEnrolment {
  id: number;
  state: State;
  personName: string;
  structureName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  requestedAt: Date;
  /** Nobody else can decide (DOMAIN §7: « with no other validator, the agency decides »). */
  needsAgency: boolean;
  /** The validators have let the reminders pass (DOMAIN §7). */
  isOverdue: boolean;
  total: number;
}

/**
 * True for an enrolment `e` that waits for its employer, who has no validator today but, perhaps, the person who asks or
 * whoever stands in for them. Binds `:now`.
 */
export const WITHOUT_VALIDATOR = `
  e.state = 'requested' and not exists (
    select from acting_validators v
     where v.structure_id = e.structure_id and v.user_id <> e.user_id and v.for_user_id is distinct from e.user_id
       and cast(cast(:now as timestamptz) at time zone 'Europe/Paris' as date) between v.from_day and v.until_day)`;

/** True for an enrolment `e` that waits for a training body with nobody but, perhaps, the person who asks. */
export const WITHOUT_PROVIDER = `
  e.state = 'preregistered' and not exists (
    select from affiliations af join affiliation_rights r on r.affiliation_id = af.id
     where af.structure_id = (select provider_id from actions where id = e.action_id)
       and af.user_id <> e.user_id and r."right" = 'provider')`;

/** How many requests only the agency can decide, in sessions where there is still something to decide. Binds `:now`. */
export const COUNT_FOR_AGENCY = `
  select count(*) from enrolments e join sessions s on s.id = e.session_id
   where ((${WITHOUT_VALIDATOR}) or (${WITHOUT_PROVIDER})) and s.starts_at > :now and s.cancelled_at is null`;

/**
 * What waits for an employer's decision, or for a training body that has nobody to decide; what only the agency can
 * decide first, oldest first.
 * @param overdueBefore requests sent before are overdue
 * @param now sessions that have begun are left out: nothing can be decided there any more
 */
export async function findPendingEnrolments(
  db: Knex,
  { now, overdueBefore }: { now: Date; overdueBefore: Date },
  page: { offset: number; limit: number },
): Promise<PendingEnrolment[]> {
  const { rows } = await db.raw<{ rows: PendingEnrolment[] }>(
    `select e.id, e.state, u.first_name || ' ' || u.last_name as "personName", st.name as "structureName",
            a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
            e.requested_at as "requestedAt", pending."needsAgency",
            e.state = 'requested' and e.requested_at < :overdueBefore as "isOverdue", count(*) over () as total
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       cross join lateral (
         select (${WITHOUT_VALIDATOR}) or (${WITHOUT_PROVIDER}) as "needsAgency") pending
      where e.state in ('requested', 'preregistered') and (e.state = 'requested' or pending."needsAgency")
        and s.starts_at > :now and s.cancelled_at is null
      order by pending."needsAgency" desc, e.requested_at, e.id
      offset :offset limit :limit`,
    { now, overdueBefore, ...page },
  );
  return rows;
}
