import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { chooseTransition } from '../transitions/table.ts';
import { findConcerned } from './audience.ts';
import { changeSession, refuseStale } from './change.ts';
import { rescheduledNotice } from './mails.ts';
import {
  askForConfirmation,
  findLiveInSession,
  findSlots,
  type NewSlot,
  replaceSlots,
} from './repository.ts';
import { type RegistrationWindow, slotsFault, windowAfterMove } from './rules.ts';
import { tellTogether } from './tell-together.ts';

/** The new dates of a session. */
export interface NewDates {
  slots: readonly NewSlot[];
  /** Left as it was where it still fits, unless told otherwise. */
  registration?: Partial<RegistrationWindow>;
  /** Sent to the people concerned. */
  reason: string;
  /** Of the session, where a form was opened on it. */
  version?: number;
}

/**
 * Moves a session: people keep their seat or their rank; those with a seat are asked to confirm, and until they do,
 * withdrawing is never late. Each gets the old and the new dates with a calendar file that moves the events.
 * @returns how many people were told
 * @throws Conflict when dates are wrong, or the session has begun or is cancelled; SessionChanged
 */
export async function rescheduleSession(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { slots, registration = {}, reason, version }: NewDates,
): Promise<{ people: number }> {
  if (reason.trim() === '') throw new Conflict('Indiquez un motif.', 'Motif manquant');
  return changeSession(deps, sessionId, by, async (trx, session) => {
    const now = deps.clock.now();
    refuseStale(session, version);
    if (session.cancelledAt) throw new Conflict('Cette session est annulée\u00a0: rétablissez-la d’abord.');
    if (session.startsAt <= now) throw new Conflict('Cette session a déjà commencé.');
    const fault = slotsFault(slots, now);
    if (fault) throw new Conflict(fault, 'Dates impossibles');
    const startsAt = new Date(Math.min(...slots.map((slot) => slot.startsAt.getTime())));
    const window = { opensAt: session.registrationOpensAt, closesAt: session.registrationClosesAt };
    const after = windowAfterMove(window, registration, startsAt);
    if (typeof after === 'string') throw new Conflict(after, 'Dates impossibles');

    const former = {
      sessionId,
      calendarSequence: session.calendarSequence,
      slots: await findSlots(trx, sessionId),
    };
    await replaceSlots(trx, sessionId, slots, after, now);
    const live = await findLiveInSession(trx, sessionId);
    for (const enrolment of live) {
      const facts = await factsOf(trx, enrolment, now);
      const transition = allowed(chooseTransition('reschedule', enrolment.state, by.role, facts));
      await applyTransition(deps, trx, enrolment, { transition, by, reason, former }, facts);
    }
    await askForConfirmation(
      trx,
      live.map(({ id }) => id),
      now,
    );
    const concerned = await findConcerned(trx, sessionId, deps.clock.now());
    await tellTogether(deps, trx, concerned, by, rescheduledNotice(former.slots, slots, reason));
    await emit(deps, trx, 'session.changed', { sessionId });
    await recordAudit(trx, {
      action: 'training_session.rescheduled',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { people: live.length },
    });
    return { people: live.length };
  });
}
