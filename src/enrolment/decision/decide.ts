import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf, promoteQueue } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { AlreadyDecided } from '../errors.ts';
import { lockForDecision, transactionAt } from '../locks.ts';
import type { Told } from '../notices/told.ts';
import {
  type EnrolmentRow,
  findChangeFrom,
  findEnrolment,
  markConfirmed,
  mayStillAct,
  noteLinkUse,
} from '../repository.ts';
import type { State } from '../states.ts';
import { chooseTransition, type EnrolmentEvent, enrolments, releasesSeat } from '../transitions/table.ts';
import { isLinkOpen } from './links.ts';
import { standingOf } from './standing.ts';

/** What somebody may decide about one existing enrolment, in its own session. */
export type DecisionEvent = Extract<
  EnrolmentEvent,
  | 'approve'
  | 'refuse_by_hr'
  | 'accept'
  | 'refuse_by_provider'
  | 'withdraw'
  | 'expire'
  | 'withdraw_approval'
  | 'seat'
  | 'confirm'
>;

/** A decision about an existing enrolment. */
export interface Decision {
  event: DecisionEvent;
  by: Doer;
  /** Required by refusals and withdrawals. */
  reason?: string | null;
  /** Of the link by which it was decided: one that was ended meanwhile decides nothing. */
  linkHash?: string;
}

/** What a decision came to. */
export interface Decided {
  state: State;
  told: Told;
}

/** The state that each decision ends: who took it out of there is who decided before. */
const startOf: Partial<Record<EnrolmentEvent, State>> = {
  approve: 'requested',
  refuse_by_hr: 'requested',
  accept: 'preregistered',
  refuse_by_provider: 'preregistered',
  seat: 'waitlisted',
};

/**
 * Decides on an enrolment through the transition table, under lock, then lets the queue move.
 * Who may decide is for the caller to have checked; nobody decides on their own request, save to withdraw it.
 * @returns the new state, and who is written to
 * @throws AlreadyDecided when the state no longer allows it; Refused with the reasons when rules stand against it;
 *   NotFound for an unknown id
 */
export async function decideEnrolment(deps: Dependencies, id: number, decision: Decision): Promise<Decided> {
  const known = await findEnrolment(deps.db, id);
  if (!known) throw new NotFound();
  return transactionAt(deps, known.actionId, async (trx) => {
    const { event } = decision;
    let by = decision.by;
    await lockForDecision(trx, known, by.way === 'email_link' ? by.userId : null);
    if (decision.linkHash !== undefined && !(await isLinkOpen(trx, decision.linkHash))) {
      throw new Forbidden(LINK_ENDED);
    }
    const enrolment = (await findEnrolment(trx, id)) as EnrolmentRow;
    const isOwn = [by.userId, by.browsedBy].includes(enrolment.userId);
    if (isOwn && by.role !== 'beneficiary') {
      throw new Conflict('Personne ne décide de sa propre demande : une autre personne doit s’en charger.');
    }
    const now = deps.clock.now();
    const doer = await doerOf(trx, by, enrolment, now);
    if (!doer) {
      throw new Forbidden('Vous n’avez plus le droit de décider de cette demande. Rien n’a été enregistré.');
    }
    by = doer;
    const facts = await factsOf(trx, enrolment, now);
    const choice = chooseTransition(event, enrolment.state, by.role, facts);
    if (!choice.ok && choice.refusals.includes(enrolments.nowhere)) {
      throw new AlreadyDecided(await findChangeFrom(trx, id, startOf[event]));
    }
    const transition = allowed(choice);
    const reason = transition.needsReason ? (decision.reason ?? '') : null;
    if (reason === '') throw new Conflict('Indiquez un motif.', 'Motif manquant');
    const told = await applyTransition(deps, trx, enrolment, { transition, by, reason }, facts);
    if (by.way === 'email_link') await noteLinkUse(trx, by.userId, deps.clock.now());
    if (event === 'confirm') await markConfirmed(trx, id, facts.now);
    if (releasesSeat(transition)) await promoteQueue(deps, trx, enrolment.actionId);
    return { state: transition.to, told };
  });
}

const LINK_ENDED =
  'Ce lien vient d’être annulé. Connectez-vous\u00a0: la demande est dans votre espace «\u00a0Valideur RH\u00a0». Rien n’a été enregistré.';

async function doerOf(
  trx: Knex.Transaction,
  by: Doer,
  enrolment: EnrolmentRow,
  now: Date,
): Promise<Doer | undefined> {
  if (by.role === 'hr_validator') return standingOf(trx, by, enrolment, now);
  return (await mayStillAct(trx, by, enrolment)) ? by : undefined;
}
