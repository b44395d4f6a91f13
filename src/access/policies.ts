import type { Request } from 'express';
import { NotFound } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import type { Decision, Policy } from '#platform/web/gate.ts';
import {
  type Actor,
  actorOf,
  holds,
  type ProfileRight,
  profileLabels,
  profilesOf,
  WrongProfile,
} from './actor.ts';
import { asAgency, recentlyConfirmed } from './assurance.ts';

/** Visitors too. */
export const anyone: Policy = { name: 'anyone', decide: () => 'allow' };

/** Anybody with an account. */
export const signedIn: Policy = { name: 'signedIn', decide: (actor) => (actor ? 'allow' : 'signIn') };

/** Agency managers, with their second factor where it is required. */
export const agency: Policy = forActor('agency', (actor, _structureId, request) =>
  actor.isAgencyManager
    ? asAgency(actor, request)
    : { forbidden: 'Cette page est réservée aux gestionnaires de Cap Métiers Nouvelle-Aquitaine.' },
);

/** Whoever belongs to the structure `:structureId` of the address; the agency too. To others it does not exist. */
export const memberOfStructure: Policy = forActor('memberOfStructure', (actor, structureId, request) => {
  if (structureId === undefined) return 'notFound';
  if (actor.affiliations.some((a) => a.structureId === structureId)) return 'allow';
  return actor.isAgencyManager ? asAgency(actor, request) : 'notFound';
});

/** Référents of the structure `:structureId` of the address; the agency too. */
export const referentOfStructure: Policy = forActor('referentOfStructure', (actor, structureId, request) => {
  if (structureId === undefined) return 'notFound';
  if (holds(actor, 'referent', structureId)) return 'allow';
  if (actor.isAgencyManager) return asAgency(actor, request);
  return actor.affiliations.some((a) => a.structureId === structureId)
    ? { forbidden: 'Seuls les référents de la structure peuvent faire cela. Adressez-vous à l’un d’eux.' }
    : 'notFound';
});

/**
 * The same, for what changes who belongs there with which rights: somebody of the agency who is no référent there says
 * again who they are, as on the agency's own pages.
 */
export const deciderOfStructure: Policy = {
  name: 'deciderOfStructure',
  decide(actor, request) {
    const structureId = parseRowId(request.params.structureId);
    const isReferent = actor && structureId !== undefined && holds(actor, 'referent', structureId);
    return (isReferent ? referentOfStructure : recentlyConfirmed(referentOfStructure)).decide(actor, request);
  },
};

/**
 * Anybody with an account, for decisions about several structures at once: the page compares each with their rights.
 * Somebody of the agency decides everywhere, and is therefore asked for what the agency's own pages ask.
 */
export const deciderOfSelection: Policy = {
  name: 'deciderOfSelection',
  decide: (actor, request) =>
    (actor?.isAgencyManager ? recentlyConfirmed(agency) : signedIn).decide(actor, request),
};

/**
 * Whoever acts under this profile in ParcoursPro. What the active profile does not allow is refused,
 * even when the person holds the right (domain.md §2): the answer then offers to switch.
 */
export function actingAs(right: ProfileRight): Policy {
  return forActor(`actingAs(${right})`, (actor) => {
    if (actor.profile?.right === right) return 'allow';
    const offers = profilesOf(actor).filter((profile) => profile.right === right);
    if (offers.length > 0) throw new WrongProfile(offers);
    const how =
      actor.affiliations.length === 0
        ? 'Votre compte n’est rattaché à aucune structure.'
        : 'Le référent de votre structure peut vous le donner.';
    return { forbidden: `Cette page est réservée au profil « ${profileLabels[right]} ». ${how}` };
  });
}

function forActor(
  name: string,
  decide: (actor: Actor, structureId: number | undefined, request: Request) => Decision,
): Policy {
  return {
    name,
    decide: (actor, request) =>
      actor ? decide(actor, parseRowId(request.params.structureId), request) : 'signIn',
  };
}

/**
 * For something of another structure than the active profile's: the person may hold the right there too.
 * @throws WrongProfile with the profile to switch to, or NotFound: somebody else's does not exist
 */
export function refuseOrOffer(req: Request, right: ProfileRight, structureId: number): never {
  const offer = profilesOf(actorOf(req)).find(
    (profile) => profile.right === right && profile.structureId === structureId,
  );
  if (offer) throw new WrongProfile([offer]);
  throw new NotFound();
}
