import { type Actor, holds, profilesOf } from '#access/actor.ts';
import type { Refusal } from '#platform/workflow/conditions.ts';

/** Why « S'inscrire » is not active, and what this person can do about it. */
export interface Blocker extends Refusal {
  /** The profiles under which one could ask, to be taken in place: the values of the profile switcher. */
  profiles: { value: string; label: string }[];
}

/**
 * Adds the way out that this person has: sign in and come back, take the right profile, ask for the membership.
 * @param actor undefined for a visitor
 */
export function withWayOut(blocker: Refusal, actor: Actor | undefined, actionPath: string): Blocker {
  const profiles: Blocker['profiles'] = [];
  if (blocker.code === 'signed_out')
    return {
      ...blocker,
      link: { href: `/connexion?suite=${encodeURIComponent(actionPath)}`, label: 'Me connecter' },
      profiles,
    };
  if (!actor) return { ...blocker, profiles };
  if (blocker.code === 'not_beneficiary') {
    const offers = profilesOf(actor).filter(({ right }) => right === 'beneficiary');
    for (const { structureId, structureName } of offers) {
      profiles.push({ value: `beneficiary:${structureId}`, label: `Bénéficiaire, ${structureName}` });
    }
    if (offers.length > 0)
      return {
        ...blocker,
        message: 'Une place se demande avec le profil « Bénéficiaire ».',
        profiles,
      };
  }
  if (blocker.code === 'not_member' && actor.profile) {
    return holds(actor, 'referent', actor.profile.structureId)
      ? { ...blocker, link: { href: '/adhesion', label: 'Demander l’adhésion de ma structure' }, profiles }
      : {
          ...blocker,
          message: `${blocker.message} Le référent de votre structure peut la demander.`,
          profiles,
        };
  }
  return { ...blocker, profiles };
}
