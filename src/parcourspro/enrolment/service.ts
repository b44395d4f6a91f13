import type { Actor } from '../../access/actor.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.ts';
import { parisYear } from '../../platform/french/time.ts';
import { applyTransition, factsOf, promoteQueue, record } from './apply.ts';
import { AlreadyDecided, RequestRefused } from './errors.ts';
import { loadFacts } from './facts.ts';
import { type EnrolmentKeys, lockForDecision, lockPeople } from './locks.ts';
import {
  type Doer,
  type EnrolmentRow,
  findChangeFrom,
  findEnrolment,
  findRequestTarget,
  insertEnrolment,
  mayStillAct,
  noteLinkUse,
  type RequestTarget,
} from './repository.ts';
import { type EnrolmentFacts, membershipWarning, type Refusal } from './rules.ts';
import {
  chooseTransition,
  type EnrolmentEvent,
  holdsSeat,
  releasesSeat,
  type State,
  seatForMe,
} from './states.ts';

export { type LeaveOutcome, leaveStructure } from './decision/leave.ts';

/** What « S'inscrire » shows for one session. */
export interface RegistrationOption {
  /** Empty when the button is active. */
  blockers: Refusal[];
  warnings: string[];
  /** No seat is free for this person: the request would join the queue. */
  onWaitingList: boolean;
}

/**
 * Why each session of an action can or cannot be asked for by this visitor, in one statement. The same conditions
 * decide when the request is sent (DOMAIN §7, « S'inscrire »).
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
  return {
    blockers: who ? [...general, who] : refusals,
    warnings: warning && !who ? [warning] : [],
    onWaitingList: facts.session.seatsHeld >= facts.session.capacity || facts.session.eligibleAhead > 0,
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
 * Asks for a place: every rule of DOMAIN §7 is checked under lock.
 * @returns the new enrolment's id and state
 * @throws RequestRefused with the reasons; NotFound when the person is not of that structure
 */
export async function requestEnrolment(
  deps: Dependencies,
  actor: Actor,
  request: NewRequest,
): Promise<{ id: number; state: State }> {
  if (!actor.affiliations.some((one) => one.structureId === request.structureId)) throw new NotFound();
  return deps.db.transaction(async (trx) => {
    const keys = { userId: actor.userId, ...request };
    await lockForDecision(trx, keys);
    // Read after the locks, so that the dates of requests follow the order in which they were taken.
    const now = deps.clock.now();
    const facts = await factsOf(trx, keys, now);
    if (!facts.stillInStructure) throw new NotFound();
    const choice = chooseTransition('request', null, 'beneficiary', facts);
    if (!choice.ok) throw new RequestRefused(choice.refusals);
    const { to } = choice.transition;
    const id = await insertEnrolment(trx, keys, {
      state: to,
      motivation: request.motivation,
      requestedAt: now,
    });
    const by: Doer = { role: 'beneficiary', userId: actor.userId, way: 'page' };
    await record(deps, trx, { ...keys, id, state: to }, choice.transition, by, null, facts);
    return { id, state: to };
  });
}

/** A decision about an existing enrolment. */
export interface Decision {
  event: Exclude<EnrolmentEvent, 'request' | 'promote'>;
  by: Doer;
  /** Required by refusals and withdrawals. */
  reason?: string | null;
}

/** The state that each decision ends: who took it out of there is who decided before. */
const startOf: Partial<Record<EnrolmentEvent, State>> = {
  approve: 'requested',
  refuse_by_hr: 'requested',
  accept: 'preregistered',
  refuse_by_provider: 'preregistered',
};

/**
 * Decides on an enrolment through the transition table, under lock, then lets the queue move.
 * Who may decide is for the caller to have checked; nobody decides on their own request, save to withdraw it.
 * @returns the new state
 * @throws AlreadyDecided when the state no longer allows it; Conflict with the reason when a rule stands against it;
 *   NotFound for an unknown id
 */
export async function decideEnrolment(deps: Dependencies, id: number, decision: Decision): Promise<State> {
  return deps.db.transaction(async (trx) => {
    const known = await findEnrolment(trx, id);
    if (!known) throw new NotFound();
    const { event, by } = decision;
    if (by.way === 'email_link') await lockPeople(trx, [known.userId, by.userId]);
    await lockForDecision(trx, known);
    const enrolment = (await findEnrolment(trx, id)) as EnrolmentRow;
    const isOwn = by.userId === enrolment.userId;
    if (isOwn && by.role !== 'beneficiary') {
      throw new Conflict('Personne ne décide de sa propre demande : une autre personne doit s’en charger.');
    }
    if (!(await mayStillAct(trx, by, enrolment))) {
      throw new Forbidden('Vous n’avez plus le droit de décider de cette demande. Rien n’a été enregistré.');
    }
    const facts = await factsOf(trx, enrolment, deps.clock.now());
    const choice = chooseTransition(event, enrolment.state, by.role, facts);
    if (!choice.ok) {
      if (choice.refusals.some(({ code }) => code === 'not_in_this_state')) {
        throw new AlreadyDecided(await findChangeFrom(trx, id, startOf[event] ?? null));
      }
      throw new Conflict(choice.refusals.map(({ message }) => message).join(' '));
    }
    const { transition } = choice;
    const reason = transition.needsReason ? (decision.reason ?? '') : null;
    if (reason === '') throw new Conflict('Indiquez un motif.', 'Motif manquant');
    await applyTransition(deps, trx, enrolment, transition, by, reason, facts);
    if (by.way === 'email_link') await noteLinkUse(trx, by.userId, deps.clock.now());
    if (releasesSeat(transition)) await promoteQueue(deps, trx, enrolment.actionId);
    return transition.to;
  });
}

/** What somebody who decides should know beforehand. */
export interface DecisionOutlook {
  /** Yearly rights of the person for the civil year of the session, this request included. */
  rights: { year: number; actions: number; formations: number; maxActions: number; maxFormations: number };
  /** Where an approval would lead now, and why not to a seat. */
  approval: { seat: boolean; reason: string };
}

/** Looks ahead with the very conditions that will decide (DOMAIN §7, « The validator's e-mail link »). */
export async function decisionOutlook(
  { db, clock }: Dependencies,
  enrolment: EnrolmentKeys,
): Promise<DecisionOutlook> {
  const facts = await factsOf(db, enrolment, clock.now());
  const choice = chooseTransition('approve', 'requested', 'hr_validator', facts);
  const inTheWay = seatForMe.map((condition) => condition(facts)).find((answer) => answer !== true);
  return {
    rights: {
      year: parisYear(facts.session.startsAt),
      ...facts.used,
      maxActions: facts.settings.yearlyActions,
      maxFormations: facts.settings.yearlyFormations,
    },
    approval: {
      seat: choice.ok && holdsSeat(choice.transition.to),
      reason: inTheWay?.message ?? '',
    },
  };
}

/**
 * Marks as « Sans réponse » what nobody answered in time: requests when registration closes, waiting and preregistered
 * people when the session begins. A scheduled job.
 * @returns how many
 */
export async function expireUnanswered(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  const due: { id: number }[] = await deps
    .db('enrolments')
    .join('sessions', 'sessions.id', 'enrolments.session_id')
    .where((either) =>
      either
        .where((one) => one.where('state', 'requested').where('registration_closes_at', '<=', now))
        .orWhere((one) =>
          one.whereIn('state', ['waitlisted', 'preregistered']).where('starts_at', '<=', now),
        ),
    )
    .select('enrolments.id');
  let expired = 0;
  for (const { id } of due) {
    try {
      await decideEnrolment(deps, id, {
        event: 'expire',
        by: { role: 'system', userId: null, way: 'system' },
      });
      expired += 1;
    } catch (error) {
      // Decided at the last moment: that decision stands.
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return expired;
}
