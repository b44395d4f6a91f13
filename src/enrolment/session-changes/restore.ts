import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import type { Refusal } from '#platform/workflow/conditions.ts';
import { applyTransition, factsOf, promoteQueue } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { tellNotRestored } from '../notices/not-restored.ts';
import { chooseTransition } from '../transitions/table.ts';
import { findConcerned } from './audience.ts';
import { changeSession } from './change.ts';
import { restoredNotice } from './mails.ts';
import {
  askForConfirmation,
  type CancelledWithSession,
  findCancelledWith,
  markCancelled,
} from './repository.ts';
import { tellTogether } from './tell-together.ts';

/** What a restored session found of the people that it had. */
export interface Restored {
  /** Back in the state that they were in. */
  back: number;
  /** Told why they cannot come back: another request meanwhile, rights used, structure left, no seat. */
  stayed: number;
}

/**
 * Takes a session's cancellation back (domain.md §7): each person returns to the state that they were in, seats first,
 * then in the order of the queue; whoever cannot stays cancelled and is told why. Those with a seat are asked to
 * confirm, for they may have made other plans.
 * @throws Conflict when it is not cancelled, or has begun
 */
export async function restoreSession(deps: Dependencies, sessionId: number, by: Doer): Promise<Restored> {
  const restore = async (trx: Knex.Transaction, locked: ReadonlySet<number>): Promise<Restored> => {
    const now = deps.clock.now();
    const candidates = await findCancelledWith(trx, sessionId);
    if (candidates.some(({ id }) => !locked.has(id))) {
      throw new Conflict('La session vient de changer\u00a0: ouvrez-la de nouveau.');
    }
    const concerned = await findConcerned(trx, sessionId, deps.clock.now(), ['session_cancelled']);
    await markCancelled(trx, sessionId, null, now);
    const outcomes = new Map<number, Refusal | undefined>();
    for (const enrolment of candidates) {
      const refusal = await bringBack(deps, trx, enrolment, by, now);
      outcomes.set(enrolment.id, refusal);
      if (refusal) await tellNotRestored(deps, trx, enrolment.id, refusal.code);
    }
    await askForConfirmation(trx, idsWith(outcomes, false), now);
    const before = new Map(candidates.map((one) => [one.id, one.before]));
    const people = concerned.people
      .filter((one) => outcomes.has(one.enrolmentId))
      .map((one) => ({ ...one, state: before.get(one.enrolmentId) ?? one.state }));
    const notice = restoredNotice(({ enrolmentId }) => outcomes.get(enrolmentId) !== undefined);
    await tellTogether(deps, trx, { ...concerned, people }, by, notice);
    // What those who could not come back leave goes to the queue.
    const [first] = candidates;
    if (first) await promoteQueue(deps, trx, first.actionId);
    const result = { back: idsWith(outcomes, false).length, stayed: idsWith(outcomes, true).length };
    await emit(deps, trx, 'session.changed', { sessionId });
    await recordAudit(trx, {
      action: 'training_session.restored',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { ...result },
    });
    return result;
  };

  let locked: ReadonlySet<number> = new Set();
  return changeSession(
    deps,
    sessionId,
    by,
    async (trx, session) => {
      if (!session.cancelledAt) throw new Conflict('Cette session n’est pas annulée.');
      if (session.startsAt <= deps.clock.now()) {
        throw new Conflict('Cette session a déjà commencé\u00a0: elle ne peut plus être rétablie.');
      }
      return restore(trx, locked);
    },
    async (trx) => {
      const candidates = await findCancelledWith(trx, sessionId);
      locked = new Set(candidates.map(({ id }) => id));
      return candidates;
    },
  );
}

/** @returns undefined when the person is back; otherwise why not */
async function bringBack(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolment: CancelledWithSession,
  by: Doer,
  now: Date,
): Promise<Refusal | undefined> {
  const facts = await factsOf(trx, enrolment, now);
  const choice = chooseTransition('restore', enrolment.state, by.role, facts, enrolment.before);
  if (!choice.ok) return choice.refusals[0];
  const change = { transition: choice.transition, by, reason: null };
  await applyTransition(deps, trx, enrolment, change, facts);
  return undefined;
}

const idsWith = (outcomes: ReadonlyMap<number, Refusal | undefined>, refused: boolean): number[] =>
  [...outcomes].filter(([, refusal]) => (refusal !== undefined) === refused).map(([id]) => id);
