import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, countedIfAny } from '#audit/words.ts';

export const audit = {
  Adhésions: {
    'membership.imported': {
      label: 'Adhésions importées',
      details: {
        recorded: counted('adhésion enregistrée', 'adhésions enregistrées'),
        skipped: countedIfAny('laissée de côté', 'laissées de côté'),
        accepted: countedIfAny('demande acceptée', 'demandes acceptées'),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
