import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import type { Doer } from './doer.ts';
import { loadFacts } from './facts.ts';
import type { EnrolmentKeys } from './locks.ts';
import type { FormerDates } from './notices/notice.ts';
import { tell } from './notices/notices.ts';
import type { Told } from './notices/told.ts';
import { type EnrolmentRow, findQueue, insertHistory, updateState } from './repository.ts';
import { type EnrolmentFacts, isLateWithdrawal, whyWaiting } from './rules.ts';
import { chooseTransition, type Transition } from './transitions/table.ts';

/**
 * The facts of one enrolment (with its id) or request.
 * @throws NotFound when the session is not one of the action
 */
export async function factsOf(
  db: Knex,
  keys: EnrolmentKeys & { id?: number },
  now: Date,
): Promise<EnrolmentFacts> {
  const { id: enrolmentId, userId, structureId, actionId, sessionId } = keys;
  const found = await loadFacts(db, { enrolmentId, userId, structureId, actionId, sessionId, now });
  const facts = found.get(sessionId);
  if (!facts) throw new NotFound();
  return facts;
}

/** A transition about to be written, with what its e-mails need to know. */
export interface Change {
  transition: Transition;
  by: Doer;
  reason: string | null;
  /** Where the person was before a move. */
  fromSessionId?: number;
  /** The dates before a move. */
  former?: FormerDates;
}

/**
 * Writes a transition: the state where it changes (a new enrolment has it already), history, journal and e-mails, and
 * tells of it. The rows must be locked.
 * @returns who is written to
 */
export async function applyTransition(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolment: EnrolmentRow,
  change: Change,
  facts: EnrolmentFacts,
): Promise<Told> {
  const { transition, by, reason, fromSessionId, former } = change;
  const { event, from, to } = transition;
  const isLate = event === 'withdraw' && isLateWithdrawal(from, facts);
  if (from !== null && to !== from) await updateState(trx, enrolment.id, to, isLate);
  await insertHistory(trx, enrolment.id, { at: facts.now, from, to, by, reason, fromSessionId });
  await recordAudit(trx, {
    action: 'enrolment.changed',
    at: facts.now,
    actorId: by.userId,
    bySystem: by.role === 'system',
    personId: enrolment.userId,
    structureId: enrolment.structureId,
    subject: { kind: 'enrolment', id: enrolment.id },
    details: { ...(from ? { from, to } : { to }), ...(by.forUserId ? { standingIn: true } : {}) },
  });
  await emit(deps, trx, 'enrolment.changed', {
    enrolmentId: enrolment.id,
    sessionId: enrolment.sessionId,
    from,
    to,
    ...(fromSessionId === undefined ? {} : { fromSessionId }),
  });
  return tell(deps, trx, transition.tell, {
    enrolmentId: enrolment.id,
    transition,
    by,
    reason,
    rank: to === 'waitlisted' ? await rankInQueue(trx, enrolment) : null,
    waitingFor: to === 'waitlisted' ? (whyWaiting(facts) ?? null) : null,
    isLate,
    overlaps: facts.overlaps,
    former: former ?? null,
  });
}

async function rankInQueue(
  trx: Knex.Transaction,
  { actionId, sessionId, id }: EnrolmentRow,
): Promise<number> {
  const queue = (await findQueue(trx, actionId)).filter((one) => one.sessionId === sessionId);
  return queue.findIndex((one) => one.id === id) + 1;
}

/**
 * Gives the free seats of an action to those who wait, oldest request first; somebody whose structure is at its
 * share is passed over, not removed (rule 2). The rows of the action must be locked. Yearly rights need no new look:
 * waiting already counts in them.
 */
export async function promoteQueue(
  deps: Dependencies,
  trx: Knex.Transaction,
  actionId: number,
): Promise<void> {
  const full = new Set<number>();
  for (const waiting of await findQueue(trx, actionId)) {
    if (full.has(waiting.sessionId)) continue;
    const facts = await factsOf(trx, waiting, deps.clock.now());
    // Everybody ahead has just been looked at in this very loop.
    facts.session.eligibleAhead = 0;
    const choice = chooseTransition('promote', waiting.state, 'system', facts);
    if (!choice.ok) {
      if (choice.refusals.some(({ code }) => code === 'no_seat')) full.add(waiting.sessionId);
      continue;
    }
    const by: Doer = { role: 'system', userId: null, way: 'system' };
    await applyTransition(deps, trx, waiting, { transition: choice.transition, by, reason: null }, facts);
  }
}
