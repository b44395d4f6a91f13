import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** Pending requests that are due for a reminder of this rank, or of none yet sent, oldest first. */
export async function findDue(
  db: Knex,
  due: { workingDays: number; confirmedBefore: Date },
): Promise<{ id: number; structureId: number }[]> {
  return query<{ id: number; structureId: number }[]>(
    db,
    `select q.id, q.structure_id as "structureId" from account_requests q
      where q.state = 'pending' and q.confirmed_at < :confirmedBefore
        and not exists (select from account_request_reminders w
                         where w.request_id = q.id and w.working_days >= :workingDays)
        and exists (select from affiliations a join affiliation_rights x on x.affiliation_id = a.id
                     where a.structure_id = q.structure_id and x."right" = 'referent')
      order by q.confirmed_at, q.id`,
    due,
  );
}

/** @returns false when that reminder, or a later one, has left already */
export async function recordReminder(
  trx: Knex.Transaction,
  reminder: { requestId: number; workingDays: number; at: Date },
): Promise<boolean> {
  const recorded = await execute(
    trx,
    `insert into account_request_reminders (request_id, working_days, sent_at)
     select :requestId, :workingDays, :at
      where not exists (select from account_request_reminders
                         where request_id = :requestId and working_days >= :workingDays)
`,
    reminder,
  );
  return recorded > 0;
}
