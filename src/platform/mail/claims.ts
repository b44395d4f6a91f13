import type { Knex } from 'knex';
import { lock } from '../database/locks.ts';
import { query } from '../database/query.ts';

/** The job that delivers an e-mail, and the worker that has it. */
export interface Claimant {
  jobId: string;
  worker: string;
}

/** What is needed to send an e-mail. */
export interface ClaimedEmail {
  recipient: string;
  messageId: string;
  sealedContent: string;
  attempts: number;
}

/**
 * Makes an e-mail this job's own to send. A claim is worth something as long as its worker has the job: what frees the
 * jobs of a dead worker frees its e-mails.
 * @returns `gone` when there is nothing to send (any more); `taken` when another job is sending it at this moment;
 *   `waiting` when the server is known not to answer: it is noted as waiting for it, and is not claimed
 */
export async function claimEmail(
  db: Knex,
  id: number,
  { jobId, worker }: Claimant,
): Promise<ClaimedEmail | 'gone' | 'taken' | 'waiting'> {
  return db.transaction(async (trx) => {
    // Locked by a statement of its own: the next one then sees what whoever held the lock has committed.
    await lock(trx, { emails: [id] });
    const rows = await query<(ClaimedEmail & { isTaken: boolean; isServerAway: boolean })[]>(
      trx,
      `select m.recipient, m.message_id as "messageId", m.sealed_content as "sealedContent", m.attempts,
              exists (select from graphile_worker._private_jobs j
                       where j.id = m.claimed_job and j.locked_by = m.claimed_by
                         and (j.id, j.locked_by) <> (cast(:jobId as bigint), :worker)) as "isTaken",
              exists (select from emails w where w.server_unreachable) as "isServerAway"
         from emails m where m.id = :id and m.status in ('queued', 'failing')`,
      { id, jobId, worker },
    );
    const [email] = rows;
    if (!email) return 'gone';
    if (email.isTaken) return 'taken';
    if (email.isServerAway) {
      await trx('emails')
        .where({ id })
        .update({ server_unreachable: true, claimed_job: null, claimed_by: null });
      return 'waiting';
    }
    await trx('emails').where({ id }).update({ claimed_job: jobId, claimed_by: worker });
    return email;
  });
}

/** Notes that the server took an e-mail, and forgets what it says. */
export async function noteSent(db: Knex, id: number, at: Date): Promise<void> {
  await db('emails')
    .where({ id })
    .whereNot({ status: 'sent' })
    .update({
      status: 'sent',
      sent_at: at,
      sealed_content: null,
      last_error: null,
      server_unreachable: false,
      attempts: db.raw('attempts + 1'),
      claimed_job: null,
      claimed_by: null,
    });
}

/** Notes that an e-mail did not leave, and gives up the claim to it. */
export async function noteFailure(
  db: Knex,
  id: number,
  failure: { status: 'failing' | 'undeliverable'; error: string; isServerAway: boolean },
): Promise<void> {
  await db('emails')
    .where({ id })
    .whereNot({ status: 'sent' })
    .update({
      status: failure.status,
      attempts: db.raw('attempts + 1'),
      last_error: failure.error.slice(0, 500),
      server_unreachable: failure.isServerAway,
      claimed_job: null,
      claimed_by: null,
    });
}
