import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { Refused } from '#platform/workflow/conditions.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf, promoteQueue } from '../apply.ts';
import type { Decided } from '../decision/decide.ts';
import type { Doer } from '../doer.ts';
import { AlreadyDecided } from '../errors.ts';
import { lockForDecision, transactionAt } from '../locks.ts';
import { type EnrolmentRow, findChangeFrom, findEnrolment, mayStillAct } from '../repository.ts';
import { sessionHasNotBegun } from '../rules.ts';
import { findSession, findSlots, moveToSession } from '../session-changes/repository.ts';
import { LIVE_STATES } from '../states.ts';
import { chooseTransition } from '../transitions/table.ts';

/**
 * Moves somebody to another session of the same action: state and date of the request stay, a seat must be free
 * there and nobody passed, what they leave goes to the queue. Only the agency does: dates were approved by an
 * employer.
 * @returns their state, in the new session, before the queues move, and who is written to
 * @throws Refused with the reasons; Conflict for the session that they are in; AlreadyDecided when nothing is to come any more; NotFound for a session of
 *   another action
 */
export async function moveEnrolment(
  deps: Dependencies,
  id: number,
  by: Doer,
  to: { sessionId: number; reason: string },
): Promise<Decided> {
  const known = await findEnrolment(deps.db, id);
  if (!known) throw new NotFound();
  return transactionAt(deps, known.actionId, async (trx) => {
    await lockForDecision(trx, known);
    const enrolment = (await findEnrolment(trx, id)) as EnrolmentRow;
    if (by.userId === enrolment.userId) {
      throw new Conflict(
        'Personne ne décide de sa propre demande\u00a0: une autre personne doit s’en charger.',
      );
    }
    if (!(await mayStillAct(trx, by, enrolment))) {
      throw new Forbidden('Vous n’avez plus le droit de déplacer cette personne. Rien n’a été enregistré.');
    }
    if (!LIVE_STATES.includes(enrolment.state)) throw new AlreadyDecided(await findChangeFrom(trx, id));
    const [source, target] = [
      await findSession(trx, enrolment.sessionId),
      await findSession(trx, to.sessionId),
    ];
    if (!source || target?.actionId !== enrolment.actionId) throw new NotFound();
    if (target.id === source.id) throw new Conflict('Cette personne est déjà dans cette session.');
    const now = deps.clock.now();
    const here = sessionHasNotBegun(await factsOf(trx, enrolment, now));
    if (here !== true) throw new Refused([here]);

    const moved = { ...enrolment, sessionId: target.id };
    const facts = await factsOf(trx, moved, now);
    const transition = allowed(chooseTransition('move', enrolment.state, by.role, facts));
    const former = {
      sessionId: source.id,
      calendarSequence: source.calendarSequence,
      slots: await findSlots(trx, source.id),
    };
    const period = ({ startsAt, endsAt }: typeof source) => formatPeriod(startsAt, endsAt, now);
    const reason = `De la session du ${period(source)} à celle du ${period(target)}\u00a0: ${to.reason}`;
    await moveToSession(trx, id, target.id);
    const change = { transition, by, reason, fromSessionId: source.id, former };
    const told = await applyTransition(deps, trx, moved, change, facts);
    await promoteQueue(deps, trx, enrolment.actionId);
    return { state: transition.to, told };
  });
}
