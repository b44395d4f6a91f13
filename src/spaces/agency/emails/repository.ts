import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';

/** True for an e-mail `m` that failed, or that should have left by now (binding `lateBefore`). */
const UNDELIVERED = `m.status in ('failing', 'undeliverable')
                            or (m.status = 'queued' and m.created_at < :lateBefore)`;

/** How many e-mails did not leave. Binds `:lateBefore`. */
export const COUNT_UNDELIVERED = `select count(*) as waiting from emails m where ${UNDELIVERED}`;

/** An e-mail that did not leave, as the agency lists it. Its content is nobody's to read here. */
export interface UndeliveredEmail {
  id: number;
  kind: string;
  recipient: string;
  subject: string;
  attempts: number;
  /** It is not tried again by itself: the server refused it for good. */
  isRefused: boolean;
  lastError: string | null;
  createdAt: Date;
}

/** The e-mails that did not leave, oldest first. */
export async function findUndelivered(
  db: Knex,
  lateBefore: Date,
  { limit, offset }: Slice,
): Promise<Paged<UndeliveredEmail>> {
  const rows = await query<(UndeliveredEmail & { total: number })[]>(
    db,
    `select m.id, m.kind, m.recipient, m.subject, m.attempts, m.status = 'undeliverable' as "isRefused",
            m.last_error as "lastError",
            m.created_at as "createdAt", count(*) over () as total
       from emails m where ${UNDELIVERED}
      order by m.created_at, m.id
      limit :limit offset :offset`,
    { lateBefore, limit, offset },
  );
  return paged(rows);
}

/** Locks an e-mail. @returns undefined when there is none */
export async function lockEmail(
  trx: Knex.Transaction,
  id: number,
): Promise<{ status: string; recipient: string } | undefined> {
  await lock(trx, { emails: [id] });
  return trx('emails').where({ id }).first('status', 'recipient');
}

/** Puts a locked e-mail back among those to be sent, be it one that was refused for good. */
export async function markQueued(trx: Knex.Transaction, id: number): Promise<void> {
  await trx('emails').where({ id, status: 'undeliverable' }).update({ status: 'queued' });
}

export async function deleteSent(db: Knex, sentBefore: Date): Promise<void> {
  await db('emails').where({ status: 'sent' }).where('sent_at', '<', sentBefore).delete();
}

/**
 * Gives up what did not leave, with its job, whose last error can hold an address. The warning of an inactive account
 * stays as long as its notice has not begun: the account would be closed without one.
 */
export async function deleteUndelivered(db: Knex, createdBefore: Date): Promise<void> {
  await execute(
    db,
    `with gone as (
       delete from emails m
        where m.status <> 'sent' and m.created_at < ?
          and not exists (select from inactivity_warnings w where w.email_id = m.id and w.notice_from is null)
       returning m.id
     )
     select graphile_worker.remove_job('email:' || id) from gone`,
    [createdBefore],
  );
}
