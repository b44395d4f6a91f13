import { Conflict } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { LatestChange } from './repository.ts';
import { isApprovalWithdrawn, type State } from './states.ts';

/** Somebody (perhaps the same person, in another tab) has already decided. */
export class AlreadyDecided extends Conflict {
  override name = 'AlreadyDecided';
  readonly change: LatestChange;
  constructor(change: LatestChange) {
    super(`${decidedSentence(change)} Votre choix n’a pas été enregistré.`, 'Demande déjà traitée');
    this.change = change;
  }
}

const decisionWords: Partial<Record<State, string>> = {
  preregistered: 'validé',
  waitlisted: 'validé (liste d’attente)',
  enrolled: 'accepté par le prestataire',
  refused_by_hr: 'refusé',
  refused_by_provider: 'refusé par le prestataire',
  withdrawn: 'annulé',
  expired: 'classé sans réponse',
  session_cancelled: 'annulé avec la session',
};

/** « Déjà validé par …, pour …, le … » (domain.md §7, the validator's e-mail link). */
export function decidedSentence(change: LatestChange): string {
  const inPlaceOf = change.forName ? `, pour ${change.forName},` : '';
  const by = change.name ? ` par ${change.name}${inPlaceOf}` : '';
  if (isApprovalWithdrawn(change.from, change.to)) {
    return `Accord déjà retiré${by} le ${formatDateTime(change.at)}.`;
  }
  // By hand, or of a kind that needs no approval: nobody decided on a request.
  if (change.from === null && change.to === 'enrolled') {
    return `Inscription enregistrée${by} le ${formatDateTime(change.at)}.`;
  }
  return `Déjà ${decisionWords[change.to] ?? 'traité'}${by} le ${formatDateTime(change.at)}.`;
}
