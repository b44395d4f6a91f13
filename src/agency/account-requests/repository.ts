import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';

/** True for a request `q` whose structure has a référent, who decides it. */
const HAS_REFERENT = `
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = q.structure_id and x."right" = 'referent')`;

/** True for a pending request `q` that the agency decides: no référent, or overdue (binding `overdueBefore`). */
export const TO_DECIDE = `q.confirmed_at < :overdueBefore or not ${HAS_REFERENT}`;

/** A pending request, as the agency lists it. */
export interface AgencyRequest {
  id: number;
  civility: string;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string | null;
  confirmedAt: Date;
  structureName: string;
  siret: string;
  city: string;
  hasReferent: boolean;
  isOverdue: boolean;
}

/**
 * Pending requests, oldest first.
 * @param all also those that a référent still has time to decide
 */
export async function findAgencyRequests(
  db: Knex,
  { all, overdueBefore }: { all: boolean; overdueBefore: Date },
  { limit, offset }: Slice,
): Promise<Paged<AgencyRequest>> {
  const { rows } = await db.raw<{ rows: (AgencyRequest & { total: number })[] }>(
    `select q.id, q.civility, q.first_name as "firstName", q.last_name as "lastName", q.email,
            q.job_title as "jobTitle", q.confirmed_at as "confirmedAt", s.name as "structureName", s.siret, s.city,
            ${HAS_REFERENT} as "hasReferent", q.confirmed_at < :overdueBefore as "isOverdue",
            count(*) over () as total
       from account_requests q join structures s on s.id = q.structure_id
      where q.state = 'pending' and (:all or ${TO_DECIDE})
      order by q.confirmed_at, q.id
      limit :limit offset :offset`,
    { all, overdueBefore, limit, offset } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}
