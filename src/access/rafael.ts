import type { Request } from 'express';
import { DomainError } from '#platform/errors.ts';
import type { Decision, Policy } from '#platform/web/gate.ts';
import { addressOf } from '#platform/web/views/address.ts';
import type { Actor, ActorAffiliation } from './actor.ts';
import { actorOf } from './actor.ts';
import { asAgency } from './assurance.ts';
import { type Right, rightDefinitions } from './rights.ts';

/** For which structure somebody acts in RafaelPro, and what they may do for it (domain.md §2). */
export interface RafaelSeat {
  structureId: number;
  structureName: string;
  /** Keeps the offer: « Gestionnaire OF catalogue formation » or « général ». */
  keepsCatalogue: boolean;
  /** Answers the candidatures: « Gestionnaire OF préinscription » or « général ». */
  answersCandidatures: boolean;
  /** The level of « Prescripteur »; 0 for none. */
  prescriberLevel: 0 | 1 | 2 | 3;
}

/** Every structure for which the person holds a right of RafaelPro, in the order of their names. */
export function rafaelSeatsOf(actor: Actor): RafaelSeat[] {
  return actor.affiliations
    .map(seatAt)
    .filter((seat) => seat.keepsCatalogue || seat.answersCandidatures || seat.prescriberLevel > 0);
}

function seatAt({ structureId, structureName, rights }: ActorAffiliation): RafaelSeat {
  const has = (...some: Right[]) => some.some((right) => rights.includes(right));
  return {
    structureId,
    structureName,
    keepsCatalogue: has('of_catalogue', 'of_general'),
    answersCandidatures: has('of_preregistration', 'of_general'),
    prescriberLevel: has('prescriber_3') ? 3 : has('prescriber_2') ? 2 : has('prescriber_1') ? 1 : 0,
  };
}

/** The names of the rights that a seat comes from: « Gestionnaire OF général », « Prescripteur niveau 2 ». */
export function seatRoles({ keepsCatalogue, answersCandidatures, prescriberLevel }: RafaelSeat): string[] {
  const body: Right | undefined =
    keepsCatalogue && answersCandidatures
      ? 'of_general'
      : keepsCatalogue
        ? 'of_catalogue'
        : answersCandidatures
          ? 'of_preregistration'
          : undefined;
  const rights: Right[] = [
    ...(body ? [body] : []),
    ...(prescriberLevel ? [`prescriber_${prescriberLevel}` as const] : []),
  ];
  return rights.map((right) => rightDefinitions[right].label);
}

/**
 * The structure that the person acts for: the one chosen in this session, as long as they still hold a right there, or
 * the only one. Undefined where they have none, or several and have not chosen.
 */
export function rafaelSeat(req: Request): RafaelSeat | undefined {
  const seats = rafaelSeatsOf(actorOf(req));
  return (
    seats.find(({ structureId }) => structureId === req.session.rafaelStructureId) ??
    (seats.length === 1 ? seats[0] : undefined)
  );
}

/** The same, behind a policy that asked for it. @throws where the route's policy lets others in */
export function rafaelSeatOf(req: Request): RafaelSeat {
  const seat = rafaelSeat(req);
  if (!seat) throw new Error(`no structure to act for at ${req.path}: its policy lets others in`);
  return seat;
}

/** Where somebody of several structures says for which they act. */
export const RAFAEL_CHOICE = '/rafaelpro/structure';

/** The page where one chooses, which leads on to a page of this site. */
export const choiceOf = (path?: string): string => addressOf(RAFAEL_CHOICE, { suite: path });

/** The person may do this, but for another structure than the one chosen, if any: the page leads to the choice. */
export class WrongSeat extends DomainError {
  override name = 'WrongSeat';
  /**
   * @param able for which they may do it
   * @param path the page to come back to, where it is one
   */
  constructor(seat: RafaelSeat | undefined, able: readonly RafaelSeat[], path?: string) {
    const names = able.map(({ structureName }) => structureName).join(' ou ');
    const chosen = seat
      ? `Vous agissez pour ${seat.structureName}.`
      : 'Vous agissez pour plusieurs structures.';
    super(403, 'Changez de structure pour continuer', `${chosen} Cette page s’ouvre pour ${names}.`);
    this.leadingTo(choiceOf(path), 'Choisir une structure');
  }
}

/**
 * What is done for a structure in RafaelPro: refused to whoever may not do it there, with what to do about it.
 * @throws WrongSeat for whoever may do it for another structure than the one chosen
 */
function forSeat(name: string, words: string, allows: (seat: RafaelSeat) => boolean): Policy {
  return {
    name,
    decide(actor, request): Decision {
      if (!actor) return 'signIn';
      const able = rafaelSeatsOf(actor).filter(allows);
      const seat = rafaelSeat(request);
      if (seat && allows(seat)) return 'allow';
      if (able.length === 0) {
        return {
          forbidden: `Cette page est réservée ${words}. Le référent de votre structure peut vous donner ce droit.`,
        };
      }
      const path = request.method === 'GET' ? request.originalUrl : undefined;
      if (!seat && path) return { redirect: choiceOf(path) };
      throw new WrongSeat(seat, able, path);
    },
  };
}

/** « Gestionnaire OF catalogue formation » or « général » of the structure acted for. */
export const keepsCatalogue: Policy = forSeat(
  'keepsCatalogue',
  'aux gestionnaires du catalogue d’un organisme de formation',
  (seat) => seat.keepsCatalogue,
);

/** « Gestionnaire OF préinscription » or « général » of the structure acted for. */
export const answersCandidatures: Policy = forSeat(
  'answersCandidatures',
  'aux gestionnaires des préinscriptions d’un organisme de formation',
  (seat) => seat.answersCandidatures,
);

/** « Prescripteur », whatever the level, of the structure acted for. */
export const prescribes: Policy = forSeat(
  'prescribes',
  'aux prescripteurs',
  (seat) => seat.prescriberLevel > 0,
);

/** Whoever holds any right of RafaelPro, whichever the structure; the agency too. */
export const readsOffers: Policy = {
  name: 'readsOffers',
  decide(actor, request): Decision {
    if (!actor) return 'signIn';
    if (rafaelSeatsOf(actor).length > 0) return 'allow';
    if (actor.isAgencyManager) return asAgency(actor, request);
    return {
      forbidden:
        'RafaelPro s’ouvre aux prescripteurs et aux gestionnaires d’un organisme de formation. Le référent de votre structure peut vous donner ce droit.',
    };
  },
};

/**
 * Whether a page of RafaelPro would open to somebody, for one structure or another: what an article of « Aide » links to.
 * @param path of any page; those of the rest of the site are left to their own rules
 */
export function mayOpenRafaelPage(actor: Actor, path: string): boolean {
  if (!/^\/rafaelpro(?![\w-])/.test(path)) return true;
  const seats = rafaelSeatsOf(actor);
  return /^\/rafaelpro\/catalogue(?![\w-])/.test(path)
    ? seats.some((seat) => seat.keepsCatalogue)
    : seats.length > 0 || actor.isAgencyManager;
}
