import { plural } from '#platform/french/words.ts';
import type { View } from './home/filter.ts';
import type { OneProviderSession, ParticipantList, Waiting } from './repository.ts';

/** The page of all sessions where there is none, and nothing was asked for beyond one of its views. */
export const emptyViews: Readonly<Record<View, { title: string; text: string }>> = Object.freeze({
  'a-venir': {
    title: 'Aucune session',
    text: 'Vos sessions à venir apparaîtront ici dès leur publication par Cap Métiers.',
  },
  'a-traiter': {
    title: 'Rien à traiter',
    text: 'Aucune demande n’attend votre décision, et toutes les présences sont notées.',
  },
  passees: { title: 'Aucune session', text: 'Aucune session passée.' },
  toutes: {
    title: 'Aucune session',
    text: 'Vos sessions apparaîtront ici dès leur publication par Cap Métiers.',
  },
});

/** The lists of a session, and what is said where one is empty. */
export const participantListNames: Readonly<Record<ParticipantList, { label: string; empty: string }>> =
  Object.freeze({
    'a-examiner': { label: 'Demandes à examiner', empty: 'Aucune demande n’attend votre décision.' },
    inscrits: { label: 'Inscrits', empty: 'Aucune inscription pour l’instant.' },
    attente: { label: 'Liste d’attente', empty: 'La liste d’attente est vide.' },
    refusees: { label: 'Demandes refusées', empty: 'Aucune demande refusée.' },
    annulations: { label: 'Annulations', empty: 'Personne n’a annulé.' },
  });

/** Why somebody is in the queue of a session. */
export function whyWaiting(
  { hasLeft, structureSeats }: Waiting,
  { seatsHeld, capacity }: Pick<OneProviderSession, 'seatsHeld' | 'capacity'>,
): string {
  if (hasLeft) return 'N’est plus dans sa structure.';
  if (structureSeats) return `Sa structure a déjà ${plural(structureSeats, 'place')} dans cette formation.`;
  return seatsHeld >= capacity ? 'Toutes les places sont prises.' : 'Attend son tour.';
}
