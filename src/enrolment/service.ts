import type { Actor } from '#access/actor.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Refusal } from '#platform/workflow/conditions.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { applyTransition, factsOf } from './apply.ts';
import type { Doer } from './doer.ts';
import { loadFacts } from './facts.ts';
import { lockForDecision, transactionAt } from './locks.ts';
import { findRequestTarget, insertEnrolment, type RequestTarget } from './repository.ts';
import { type EnrolmentFacts, membershipWarning, overlapWarnings, whyWaiting } from './rules.ts';
import type { State } from './states.ts';
import { chooseTransition } from './transitions/table.ts';

export { type Decided, type Decision, decideEnrolment } from './decision/decide.ts';
export { endPendingOf } from './decision/erase.ts';
export { expireUnanswered } from './decision/expire.ts';
export { type LeaveOutcome, leaveClosed, leaveStructure } from './decision/leave.ts';
export { type DecisionOutlook, decisionOutlook } from './decision/outlook.ts';
export { promoteWaiting } from './decision/promote.ts';
export { decideSeveral, type Outcome, readTicked } from './decision/several.ts';
export { type Told, withInformed } from './notices/told.ts';
export { findEnrolment, mayStillAct } from './repository.ts';

/** What « S'inscrire » shows for one session. */
export interface RegistrationOption {
  /** Empty when the button is active. */
  blockers: readonly Refusal[];
  warnings: string[];
  /** No seat is free for this person: the request would join the queue. */
  onWaitingList: boolean;
  /** Why, in words for them. */
  waitingFor?: string;
}

/**
 * Why each session of an action can or cannot be asked for by this visitor, in one statement. The same conditions
 * decide when the request is sent (domain.md §7, « S'inscrire »).
 * @param structureId for which structure; that of the active profile when left out
 */
export async function registrationOptions(
  { db, clock }: Dependencies,
  actor: Actor | undefined,
  actionId: number,
  structureId = actor?.profile?.right === 'beneficiary' ? actor.profile.structureId : undefined,
): Promise<Map<number, RegistrationOption>> {
  const facts = await loadFacts(db, { actionId, userId: actor?.userId, structureId, now: clock.now() });
  const who = structureId === undefined ? whoBlocker(actor) : undefined;
  return new Map([...facts].map(([sessionId, one]) => [sessionId, optionOf(one, who)]));
}

function optionOf(facts: EnrolmentFacts, who: Refusal | undefined): RegistrationOption {
  const choice = chooseTransition('request', null, 'beneficiary', facts);
  const refusals = choice.ok ? [] : choice.refusals;
  // What concerns everybody is worth knowing before signing in; what concerns a structure nobody chose is not.
  const general = refusals.filter(({ code }) => !PERSONAL.includes(code));
  const warning = membershipWarning(facts);
  const waitingFor = whyWaiting(facts);
  return {
    blockers: who ? [...general, who] : refusals,
    warnings: who ? [] : [...(warning ? [warning] : []), ...overlapWarnings(facts, 'own')],
    onWaitingList: waitingFor !== undefined,
    waitingFor,
  };
}

const PERSONAL = [
  'not_member',
  'already_live',
  'yearly_actions_used',
  'yearly_formations_used',
  'staggered_opening',
];

function whoBlocker(actor: Actor | undefined): Refusal {
  if (!actor) {
    return {
      code: 'signed_out',
      message: 'Connectez-vous en tant que bénéficiaire pour demander une place.',
      link: { href: '/connexion', label: 'Me connecter' },
    };
  }
  if (actor.affiliations.length === 0) {
    return {
      code: 'no_structure',
      message: 'Votre compte n’est rattaché à aucune structure.',
      link: { href: '/mes-structures', label: 'Voir mes structures' },
    };
  }
  return {
    code: 'not_beneficiary',
    message: 'Choisissez le profil « Bénéficiaire » en haut de la page pour demander une place.',
  };
}

/**
 * The action and session that a request is about.
 * @throws NotFound for an unpublished action or a session of another one
 */
export async function getRequestTarget(
  { db, clock }: Dependencies,
  slug: string,
  sessionId: number,
): Promise<RequestTarget> {
  const target = await findRequestTarget(db, slug, sessionId, clock.now());
  if (!target) throw new NotFound();
  return target;
}

/** A request for a place, as the person sends it. */
export interface NewRequest {
  actionId: number;
  sessionId: number;
  structureId: number;
  motivation: string;
}

/**
 * Asks for a place: every rule of domain.md §7 is checked under lock.
 * @returns the new enrolment's id and state
 * @throws Refused with the reasons; NotFound when the person is not of that structure
 */
export async function requestEnrolment(
  deps: Dependencies,
  actor: Actor,
  request: NewRequest,
): Promise<{ id: number; state: State }> {
  if (!actor.affiliations.some((one) => one.structureId === request.structureId)) throw new NotFound();
  return transactionAt(deps, request.actionId, async (trx) => {
    const keys = { userId: actor.userId, ...request };
    await lockForDecision(trx, keys);
    // Read after the locks, so that the dates of requests follow the order in which they were taken.
    const now = deps.clock.now();
    const facts = await factsOf(trx, keys, now);
    if (!facts.stillInStructure) throw new NotFound();
    const transition = allowed(chooseTransition('request', null, 'beneficiary', facts));
    const { to } = transition;
    const id = await insertEnrolment(trx, keys, {
      state: to,
      motivation: request.motivation,
      requestedAt: now,
    });
    const by: Doer = { role: 'beneficiary', userId: actor.userId, way: 'page' };
    await applyTransition(deps, trx, { ...keys, id, state: to }, { transition, by, reason: null }, facts);
    return { id, state: to };
  });
}
