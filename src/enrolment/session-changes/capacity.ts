import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { promoteQueue } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { changeSession, refuseStale } from './change.ts';
import { findLiveInSession, updateCapacity } from './repository.ts';
import { type RegistrationWindow, windowAfterMove } from './rules.ts';

/** How many people fit in a session, and in its queue. */
export interface Capacity {
  capacity: number;
  waitingCapacity: number;
  /** When one may ask for a place; as it was when left out. */
  registration?: RegistrationWindow;
  /** Of the session, where a form was opened on it. */
  version?: number;
}

const MOST = 10_000;

/**
 * Changes how many people fit, and when one may ask for a place. Lowered below the seats held, nobody loses a seat and nobody is promoted until it fits
 * (« sureffectif »); raised, the new seats go to the queue at once, in its order.
 * @returns how many left the queue for a seat
 * @throws Conflict for a number that is none, or a session that is cancelled or has begun; SessionChanged
 */
export async function changeCapacity(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { capacity, waitingCapacity, registration, version }: Capacity,
): Promise<{ promoted: number }> {
  const isCount = (count: number) => Number.isInteger(count) && count >= 0 && count <= MOST;
  if (!isCount(capacity) || !isCount(waitingCapacity)) {
    throw new Conflict('Le nombre de places va de 0 à 10 000.', 'Nombre de places impossible');
  }
  return changeSession(deps, sessionId, by, async (trx, session) => {
    const now = deps.clock.now();
    refuseStale(session, version);
    if (session.cancelledAt) throw new Conflict('Cette session est annulée.');
    if (session.startsAt <= now) throw new Conflict('Cette session a déjà commencé.');
    const waiting = async () =>
      (await findLiveInSession(trx, sessionId)).filter(({ state }) => state === 'waitlisted').length;
    const before = await waiting();
    const window = windowAfterMove(
      { opensAt: session.registrationOpensAt, closesAt: session.registrationClosesAt },
      registration ?? {},
      session.startsAt,
    );
    if (typeof window === 'string') throw new Conflict(window, 'Dates impossibles');
    await updateCapacity(trx, sessionId, { capacity, waitingCapacity, ...window });
    await promoteQueue(deps, trx, session.actionId);
    await recordAudit(trx, {
      action: 'training_session.capacity_changed',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { from: session.capacity, to: capacity },
    });
    return { promoted: before - (await waiting()) };
  });
}
