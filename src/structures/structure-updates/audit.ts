import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { someOf } from '#audit/words.ts';
import { fieldLabels } from './rules.ts';

/** Within a sentence: « adresse », but « SIRET » as it is. */
const inSentence = Object.fromEntries(
  Object.entries(fieldLabels).map(([field, label]) => [
    field,
    label.charAt(0).toLowerCase() + label.slice(1),
  ]),
);

export const audit = {
  Structures: {
    'structure_update.created': { label: 'Mise à jour demandée', details: { fields: someOf(inSentence) } },
    'structure_update.withdrawn': 'Demande de mise à jour retirée',
    'structure_update.accepted': 'Mise à jour acceptée',
    'structure_update.refused': 'Mise à jour refusée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
