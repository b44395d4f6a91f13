import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';

/** A decision to apply. */
export interface StoredDecision {
  id: number;
  kind: string;
  requestId: number;
  decision: string;
  state: 'scheduled' | 'applied' | 'undone' | 'moot' | 'failed';
  reason: string | null;
  parameters: Readonly<Record<string, unknown>>;
  dueAt: Date;
  deciderId: number;
  /** From where it was taken. */
  ip: string | null;
  webRequestId: string | null;
}

export type NewDecision = Omit<StoredDecision, 'id' | 'state'> & { at: Date };

/** @returns the new decision's number, or undefined when one waits for this request already */
export async function insertDecision(trx: Knex.Transaction, one: NewDecision): Promise<number | undefined> {
  const [row] = await trx('scheduled_decisions')
    .insert({
      kind: one.kind,
      request_id: one.requestId,
      decision: one.decision,
      reason: one.reason,
      parameters: JSON.stringify(one.parameters),
      decided_by: one.deciderId,
      decided_at: one.at,
      due_at: one.dueAt,
      ip: one.ip,
      web_request_id: one.webRequestId,
    })
    .onConflict(trx.raw(`(kind, request_id) where state = 'scheduled'`))
    .ignore()
    .returning('id');
  return row?.id;
}

/** Locks a decision: it is then applied or undone by this transaction only. */
export async function lockDecision(trx: Knex.Transaction, id: number): Promise<StoredDecision | undefined> {
  await lock(trx, { decisions: [id] });
  const rows = await query<StoredDecision[]>(
    trx,
    `select w.id, w.kind, w.request_id as "requestId", w.decision, w.state, w.reason, w.parameters,
            w.due_at as "dueAt", w.decided_by as "deciderId", host(w.ip) as ip, w.web_request_id as "webRequestId"
       from scheduled_decisions w where w.id = ?`,
    [id],
  );
  return rows[0];
}

/** @returns the number of the decision that waits for a request, if any; not locked */
export async function findScheduled(db: Knex, kind: string, requestId: number): Promise<number | undefined> {
  const row = await db('scheduled_decisions')
    .where({ kind, request_id: requestId, state: 'scheduled' })
    .first('id');
  return row?.id;
}

/** The decisions whose moment has come, the earliest first. */
export async function findDue(db: Knex, now: Date): Promise<{ id: number; dueAt: Date }[]> {
  return db('scheduled_decisions')
    .where({ state: 'scheduled' })
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(500)
    .select('id', { dueAt: 'due_at' });
}

/** Ends a decision; what was written for the person is kept only where it may have to be sent again. */
export async function endDecision(
  trx: Knex,
  id: number,
  end: { state: 'applied' | 'undone' | 'moot' | 'failed'; at: Date; failure?: string },
): Promise<void> {
  await trx('scheduled_decisions')
    .where({ id })
    .update({
      state: end.state,
      ended_at: end.at,
      failure: end.failure ?? null,
      // The journal has them.
      ip: null,
      web_request_id: null,
      ...(end.state === 'failed' ? {} : { reason: null, parameters: '{}' }),
    });
}
