import type { Knex } from 'knex';
import { query } from '../../platform/database/query.ts';
import type { RequestKind } from '../../requests/request.ts';
import { COUNT_DEPARTURES } from '../departures/repository.ts';
import { UNDELIVERED } from '../emails/repository.ts';
import { COUNT_FOR_AGENCY } from '../enrolments/repository.ts';
import { countOf, type InboxCount } from '../queue/service.ts';

/** What waits for the agency, by number. */
export interface AgencyWaiting {
  /** By kind of request: what the agency decides, as its list opens. */
  queues: Record<string, InboxCount>;
  /** Requests for a place that nobody else can decide. */
  enrolmentRequests: number;
  /** Places kept after a departure, to examine. */
  departures: number;
  /** E-mails that did not leave. */
  emails: number;
}

/** @param moments before which a request is overdue, and before which a queued e-mail should have left */
export async function findAgencyWaiting(
  db: Knex,
  queues: readonly RequestKind[],
  moments: { now: Date; overdueBefore: Date; lateBefore: Date },
): Promise<AgencyWaiting> {
  const rows = await query<AgencyWaiting[]>(
    db,
    `select json_build_object(${queues.map((queue) => `'${queue.kind}', ${countOf(queue)}`).join(', ')}) as queues,
            (${COUNT_FOR_AGENCY}) as "enrolmentRequests",
            (${COUNT_DEPARTURES}) as departures,
            (select count(*) from emails m where ${UNDELIVERED}) as emails`,
    moments,
  );
  return rows[0] as AgencyWaiting;
}
