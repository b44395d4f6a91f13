import type { Knex } from 'knex';

/** A request for a place that waits, as the agency sees it. */
export interface PendingEnrolment {
  id: number;
  personName: string;
  structureName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  requestedAt: Date;
  /** Nobody else of the structure can decide (DOMAIN §7: « with no other validator, the agency decides »). */
  needsAgency: boolean;
  total: number;
}

/** True for an enrolment `e` whose structure has no validator but, perhaps, the person who asks. */
export const WITHOUT_VALIDATOR = `
  not exists (
    select from affiliations af join affiliation_rights r on r.affiliation_id = af.id
     where af.structure_id = e.structure_id and af.user_id <> e.user_id and r."right" = 'hr_validator')`;

/** Requests that wait for an employer's decision, those that only the agency can decide first, oldest first. */
export async function findPendingEnrolments(
  db: Knex,
  page: { offset: number; limit: number },
): Promise<PendingEnrolment[]> {
  const { rows } = await db.raw<{ rows: PendingEnrolment[] }>(
    `select e.id, u.first_name || ' ' || u.last_name as "personName", st.name as "structureName",
            a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
            e.requested_at as "requestedAt", ${WITHOUT_VALIDATOR} as "needsAgency", count(*) over () as total
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
      where e.state = 'requested'
      order by "needsAgency" desc, e.requested_at, e.id
      offset :offset limit :limit`,
    page,
  );
  return rows;
}
