import type { Badge } from '#platform/web/views/badge.ts';
import type { ConventionState, Party } from './rules.ts';

/** How pages show where a convention stands. */
export const conventionBadges: Readonly<Record<ConventionState, Badge>> = Object.freeze({
  to_sign_body: { label: 'À signer par l’organisme', glyph: 'pencil', tone: 'warning' },
  to_sign_employer: { label: 'À signer par la structure', glyph: 'pencil', tone: 'warning' },
  signed: { label: 'Signée des deux parties', glyph: 'check-circle-fill', tone: 'success' },
  withdrawn: { label: 'Retirée', glyph: 'x-circle', tone: 'danger' },
  replaced: { label: 'Remplacée', glyph: 'arrow-repeat', tone: 'neutral' },
});

/** The parties as pages name them. */
export const partyLabels: Readonly<Record<Party, string>> = Object.freeze({
  body: 'Organisme de formation',
  employer: 'Structure',
});
