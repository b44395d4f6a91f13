import type { Knex } from 'knex';
import { recordAudit } from '../../audit/service.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { loadFacts } from './facts.ts';
import type { EnrolmentKeys } from './locks.ts';
import { tell } from './notices/notices.ts';
import { type Doer, type EnrolmentRow, findQueue, insertHistory, updateState } from './repository.ts';
import { type EnrolmentFacts, isLateWithdrawal } from './rules.ts';
import { chooseTransition, type Transition } from './states.ts';

/** The facts of one enrolment or request. @throws NotFound when the session is not one of the action */
export async function factsOf(db: Knex, keys: EnrolmentKeys, now: Date): Promise<EnrolmentFacts> {
  const { userId, structureId, actionId, sessionId } = keys;
  const facts = (await loadFacts(db, { userId, structureId, actionId, sessionId, now })).get(sessionId);
  if (!facts) throw new NotFound();
  return facts;
}

/** Writes a transition: state, history and e-mails. The rows must be locked. */
export async function applyTransition(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolment: EnrolmentRow,
  transition: Transition,
  by: Doer,
  reason: string | null,
  facts: EnrolmentFacts,
): Promise<void> {
  const isLate = transition.event === 'withdraw' && isLateWithdrawal(facts);
  await updateState(trx, enrolment.id, transition.to, isLate);
  await record(deps, trx, enrolment, transition, by, reason, facts);
}

/** Writes what a transition leaves behind beside the state: history, journal and e-mails. */
export async function record(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolment: EnrolmentRow,
  transition: Transition,
  by: Doer,
  reason: string | null,
  facts: EnrolmentFacts,
): Promise<void> {
  const { from, to } = transition;
  await insertHistory(trx, enrolment.id, { at: facts.now, from, to, by, reason });
  await recordAudit(trx, {
    action: 'enrolment.changed',
    at: facts.now,
    actorId: by.userId,
    bySystem: by.role === 'system',
    personId: enrolment.userId,
    structureId: enrolment.structureId,
    subject: { kind: 'enrolment', id: enrolment.id },
    details: from ? { from, to } : { to },
  });
  const rank = to === 'waitlisted' ? await rankInQueue(trx, enrolment) : null;
  const isLate = transition.event === 'withdraw' && isLateWithdrawal(facts);
  await tell(deps, trx, { enrolmentId: enrolment.id, transition, by, reason, rank, isLate });
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
    await applyTransition(deps, trx, waiting, choice.transition, by, null, facts);
  }
}
