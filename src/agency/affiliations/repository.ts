import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';

/** True for a request `q` whose structure has a référent, who decides it. */
const HAS_REFERENT = `
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = q.structure_id and x."right" = 'referent')`;

/** True for a pending request `q` that the agency decides: no référent, or overdue (binding `overdueBefore`). */
export const AFFILIATION_TO_DECIDE = `q.created_at < :overdueBefore or not ${HAS_REFERENT}`;

/** A pending request for another structure, as the agency lists it. */
export interface AgencyAffiliation {
  id: number;
  civility: string;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string | null;
  createdAt: Date;
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
export async function findAgencyAffiliations(
  db: Knex,
  { all, overdueBefore }: { all: boolean; overdueBefore: Date },
  { limit, offset }: Slice,
): Promise<Paged<AgencyAffiliation>> {
  const { rows } = await db.raw<{ rows: (AgencyAffiliation & { total: number })[] }>(
    `select q.id, u.civility, u.first_name as "firstName", u.last_name as "lastName", u.email,
            u.job_title as "jobTitle", q.created_at as "createdAt", s.name as "structureName", s.siret, s.city,
            ${HAS_REFERENT} as "hasReferent", q.created_at < :overdueBefore as "isOverdue",
            count(*) over () as total
       from affiliation_requests q
       join users u on u.id = q.user_id
       join structures s on s.id = q.structure_id
      where q.state = 'pending' and (:all or ${AFFILIATION_TO_DECIDE})
      order by q.created_at, q.id
      limit :limit offset :offset`,
    { all, overdueBefore, limit, offset } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}
