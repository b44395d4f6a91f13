import type { ProfileRight } from '#access/actor.ts';
import { plural } from '#platform/french/words.ts';
import { profileHomes } from './service.ts';

/** What a profile is for, what waits under it, and where it starts. */
interface ProfileUse {
  icon: string;
  text: string;
  waits(count: number): string;
  none: string;
  path: string;
}

/** Each profile on « Choisissez le statut qui correspond à votre besoin ». */
export const profileUses: Readonly<Record<ProfileRight, ProfileUse>> = Object.freeze({
  beneficiary: {
    icon: 'mortarboard-fill',
    text: 'S’inscrire à une action, suivre l’état de ses demandes.',
    waits: (count) => plural(count, 'demande ou inscription en cours', 'demandes ou inscriptions en cours'),
    none: 'Aucune demande en cours',
    // Somebody who chooses it wants to find an action first.
    path: '/parcourspro',
  },
  hr_validator: {
    icon: 'person-check-fill',
    text: 'Gérer les demandes de participation\u00a0: consulter et exporter, valider ou refuser.',
    waits: (count) => plural(count, 'demande à valider', 'demandes à valider'),
    none: 'Aucune demande à valider',
    path: profileHomes.hr_validator,
  },
  provider: {
    icon: 'easel-fill',
    text: 'Examiner les demandes, suivre les sessions et leurs participants.',
    waits: (count) => plural(count, 'demande à examiner', 'demandes à examiner'),
    none: 'Aucune demande à examiner',
    path: profileHomes.provider,
  },
});
