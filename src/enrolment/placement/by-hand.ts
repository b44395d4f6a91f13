import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { lockForDecision, transactionAt } from '../locks.ts';
import { insertEnrolment, mayStillAct } from '../repository.ts';
import { findSession } from '../session-changes/repository.ts';
import type { State } from '../states.ts';
import { chooseTransition } from '../transitions/table.ts';

/** Somebody that the agency enrols itself. */
export interface ByHand {
  userId: number;
  structureId: number;
  sessionId: number;
  /** Sent to the people concerned. */
  reason: string;
}

/**
 * Enrols somebody by hand: window, yearly rights, staggered opening, membership and the structure's share give way;
 * capacity, the queue, one live request per action, and the person's structure never do.
 * @returns the new enrolment's id and state
 * @throws Refused with every rule that stands against it; NotFound for an unknown session
 */
export async function enrolByHand(
  deps: Dependencies,
  by: Doer,
  request: ByHand,
): Promise<{ id: number; state: State }> {
  if (by.userId === request.userId) {
    throw new Conflict(
      'Personne ne s’inscrit soi-même par cette page\u00a0: une autre personne doit s’en charger.',
    );
  }
  const session = await findSession(deps.db, request.sessionId);
  if (!session) throw new NotFound();
  return transactionAt(deps, session.actionId, async (trx) => {
    const keys = { ...request, actionId: session.actionId };
    await lockForDecision(trx, keys);
    if (!(await mayStillAct(trx, by, keys))) {
      throw new Forbidden('Vous n’avez plus le droit d’inscrire quelqu’un. Rien n’a été enregistré.');
    }
    const facts = await factsOf(trx, keys, deps.clock.now());
    const transition = allowed(chooseTransition('enrol', null, by.role, facts));
    const motivation = `Inscription faite par Cap Métiers\u00a0: ${request.reason}`;
    const id = await insertEnrolment(trx, keys, {
      state: transition.to,
      motivation,
      requestedAt: facts.now,
    });
    const change = { transition, by, reason: request.reason };
    await applyTransition(deps, trx, { ...keys, id, state: transition.to }, change, facts);
    return { id, state: transition.to };
  });
}
