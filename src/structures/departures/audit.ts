import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { countedIfAny } from '#audit/words.ts';

export const audit = {
  'Affiliations et droits': {
    'affiliation.detached': {
      label: 'Personne détachée',
      details: { kept: countedIfAny('place conservée', 'places conservées') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
