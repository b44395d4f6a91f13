import type { Knex } from 'knex';
import { TO_DECIDE } from '../account-requests/repository.ts';
import { AFFILIATION_TO_DECIDE } from '../affiliations/repository.ts';
import { UNDELIVERED } from '../emails/repository.ts';
import { COUNT_FOR_AGENCY } from '../enrolments/repository.ts';

/** What waits for the agency, by number. */
export interface AgencyWaiting {
  /** Account requests that the agency decides: no référent, or overdue. */
  accountRequests: number;
  /** Requests to add a structure. */
  structureRequests: number;
  /** Requests to correct a structure's data. */
  structureUpdates: number;
  /** Requests for another structure that the agency decides: no référent, or overdue. */
  affiliationRequests: number;
  /** Requests for a place that nobody else can decide. */
  enrolmentRequests: number;
  /** Requests for membership. */
  membershipRequests: number;
  /** People who ask for their account to be deleted. */
  deletions: number;
  /** E-mails that did not leave. */
  emails: number;
}

/** @param moments before which a request is overdue, and before which a queued e-mail should have left */
export async function findAgencyWaiting(
  db: Knex,
  moments: { now: Date; overdueBefore: Date; lateBefore: Date },
): Promise<AgencyWaiting> {
  const { rows } = await db.raw<{ rows: AgencyWaiting[] }>(
    `select (select count(*) from account_requests q where q.state = 'pending' and (${TO_DECIDE}))
              as "accountRequests",
            (select count(*) from structure_requests where state = 'pending') as "structureRequests",
            (select count(*) from structure_update_requests where state = 'pending') as "structureUpdates",
            (select count(*) from affiliation_requests q where q.state = 'pending' and (${AFFILIATION_TO_DECIDE}))
              as "affiliationRequests",
            (${COUNT_FOR_AGENCY})
              as "enrolmentRequests",
            (select count(*) from membership_requests where state = 'pending') as "membershipRequests",
            (select count(*) from deletion_requests d where d.state = 'pending') as deletions,
            (select count(*) from emails m where ${UNDELIVERED}) as emails`,
    moments as unknown as Record<string, Knex.RawBinding>,
  );
  return rows[0] as AgencyWaiting;
}
