import { ACCEPTED, PENDING, REFUSED, WITHDRAWN } from '#requests/request.ts';
import type { Cause } from './issuing/repository.ts';

/** Why a badge is no longer good, as everybody reads it. */
export const causeLabels: Readonly<Record<Cause, string>> = Object.freeze({
  mistake: 'Délivré par erreur',
  unmet: 'Critères non remplis',
  asked: 'À la demande de la personne',
  reissued: 'Remplacé par un badge qui porte une autre adresse e-mail',
  account_deleted: 'Compte supprimé, à la demande de la personne',
});

/** Whether a badge that was issued is good, in a badge of the page. */
export const validityBadge = (revokedAt: Date | null) =>
  revokedAt
    ? { label: 'Révoqué', tone: 'danger', glyph: 'x-circle-fill' }
    : { label: 'Valide', tone: 'success', glyph: 'check-circle-fill' };

/** The same for the agency, which sees of a good one that it should not be any more. */
export const reviewedBadge = ({ revokedAt, isToReview }: { revokedAt: Date | null; isToReview: boolean }) =>
  isToReview
    ? { label: 'À revoir', tone: 'warning', glyph: 'exclamation-triangle-fill' }
    : validityBadge(revokedAt);

/** Where a request of one's own stands, and the badge that came of it. */
export function requestBadge({
  state,
  revokedAt,
}: {
  state: 'pending' | 'accepted' | 'refused' | 'withdrawn';
  revokedAt: Date | null;
}) {
  if (state === 'accepted') return validityBadge(revokedAt);
  const { label, tone, glyph } = {
    pending: PENDING,
    refused: REFUSED,
    withdrawn: WITHDRAWN,
    accepted: ACCEPTED,
  }[state];
  return { label, tone, glyph };
}
