import { plural } from '#platform/french/words.ts';
import type { CancellationPreview } from './cancel.ts';
import type { Restored } from './restore.ts';

/**
 * Who hears of a change of a whole session, in words, before it is made.
 * @param others who else is told: « Cap Métiers est prévenu. »
 */
export function previewLines(preview: CancellationPreview, others: string): string[] {
  const people = preview.requested + preview.waitlisted + preview.preregistered + preview.enrolled;
  if (people === 0)
    return ['Personne n’a de demande dans cette session\u00a0: aucun e-mail ne partira aux personnes.'];
  const parts = [
    [preview.enrolled, 'inscrite', 'inscrites'],
    [preview.preregistered, 'préinscrite', 'préinscrites'],
    [preview.waitlisted, 'en liste d’attente', 'en liste d’attente'],
    [preview.requested, 'en attente de son employeur', 'en attente de leur employeur'],
  ] as const;
  const detail = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count}\u00a0${count > 1 ? many : one}`)
    .join(', ');
  return [
    `${plural(people, 'personne sera prévenue', 'personnes seront prévenues')} par e-mail\u00a0: ${detail}.`,
    `${plural(preview.validators, 'Valideur RH recevra', 'Valideurs RH recevront')} un e-mail sur les personnes de leur structure. ${others}`,
  ];
}

/** Who has just been told. */
export const toldSentence = (people: number): string =>
  people === 0
    ? 'Personne n’y avait de demande.'
    : `${plural(people, 'personne est prévenue', 'personnes sont prévenues')} par e-mail, avec leurs Valideurs RH.`;

/** What a restored session found of the people that it had, in words. */
export function restoredSentence({ back, stayed }: Restored): string {
  const left = stayed > 0 ? ` ${plural(stayed, 'demande reste annulée', 'demandes restent annulées')}.` : '';
  return `La session est rétablie\u00a0: ${plural(back, 'personne retrouve sa place ou son rang', 'personnes retrouvent leur place ou leur rang')}.${left} Chacune est prévenue.`;
}
