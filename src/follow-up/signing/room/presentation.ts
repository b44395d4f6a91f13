import type { Badge } from '#platform/web/views/badge.ts';
import type { SigningState } from '../windows/rules.ts';

/** How pages show where the signing of a half-day stands. */
export const signingBadges: Readonly<Record<SigningState, Badge>> = Object.freeze({
  before: { label: 'Pas encore ouverte', glyph: 'hourglass-split', tone: 'neutral' },
  open: { label: 'Signature ouverte', glyph: 'pencil', tone: 'success' },
  closed: { label: 'Signature fermée', glyph: 'slash-circle', tone: 'neutral' },
  late: { label: 'En retard, avec un motif', glyph: 'clock-history', tone: 'warning' },
  over: { label: 'Signature close', glyph: 'slash-circle', tone: 'neutral' },
  validated: { label: 'Feuille validée', glyph: 'check-circle-fill', tone: 'info' },
  cancelled: { label: 'Session annulée', glyph: 'calendar-x', tone: 'neutral' },
});

/** How somebody signed. */
export const methodLabels = Object.freeze({
  qr: 'code scanné dans la salle',
  digits: 'six chiffres de la salle',
  late: 'en retard',
});
