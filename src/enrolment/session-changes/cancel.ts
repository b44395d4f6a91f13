import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf, promoteQueue } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { chooseTransition } from '../transitions/table.ts';
import { findConcerned } from './audience.ts';
import { changeSession } from './change.ts';
import { cancelledNotice } from './mails.ts';
import { findLiveInSession, hasPresence, markCancelled } from './repository.ts';
import { tellTogether } from './tell-together.ts';

/** Who would hear of a cancellation. */
export interface CancellationPreview {
  /** People whose request would end with the session, by state. */
  requested: number;
  waitlisted: number;
  preregistered: number;
  enrolled: number;
  validators: number;
}

/** Counts who would be told if the session were cancelled now, in one statement. */
export async function cancellationPreview(
  db: Knex,
  sessionId: number,
  now: Date,
): Promise<CancellationPreview> {
  const concerned = await findConcerned(db, sessionId, now);
  const inState = (state: string) => concerned.people.filter((one) => one.state === state).length;
  return {
    requested: inState('requested'),
    waitlisted: inState('waitlisted'),
    preregistered: inState('preregistered'),
    enrolled: inState('enrolled'),
    validators: new Set(concerned.people.flatMap(({ validators }) => validators.map(({ id }) => id))).size,
  };
}

/**
 * Cancels a session (domain.md §7): every live enrolment becomes `session_cancelled`, which gives its rights back; each
 * person is told, each validator once for all their people, and the provider or the agency, whoever did not do it.
 * @returns how many people were in it
 * @throws Conflict when it is cancelled already, over, or when presence is already recorded
 */
export async function cancelSession(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  reason: string,
): Promise<{ people: number }> {
  if (reason.trim() === '') throw new Conflict('Indiquez un motif.', 'Motif manquant');
  return changeSession(deps, sessionId, by, async (trx, session) => {
    const now = deps.clock.now();
    if (session.cancelledAt) throw new Conflict('Cette session est déjà annulée.');
    if (session.endsAt <= now)
      throw new Conflict('Cette session est terminée\u00a0: elle ne peut plus être annulée.');
    if (await hasPresence(trx, sessionId)) {
      throw new Conflict(
        'Des présences sont déjà enregistrées\u00a0: cette session ne peut plus être annulée.',
      );
    }
    const concerned = await findConcerned(trx, sessionId, deps.clock.now());
    await markCancelled(trx, sessionId, { at: now, reason }, now);
    for (const enrolment of await findLiveInSession(trx, sessionId)) {
      const facts = await factsOf(trx, enrolment, now);
      const transition = allowed(chooseTransition('cancel_session', enrolment.state, by.role, facts));
      await applyTransition(deps, trx, enrolment, { transition, by, reason }, facts);
    }
    await tellTogether(deps, trx, concerned, by, cancelledNotice(reason));
    // A structure that was at its share may sit in the other sessions.
    await promoteQueue(deps, trx, session.actionId);
    await emit(deps, trx, 'session.changed', { sessionId });
    await recordAudit(trx, {
      action: 'training_session.cancelled',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { people: concerned.people.length },
    });
    return { people: concerned.people.length };
  });
}
