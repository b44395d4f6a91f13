import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, countedIfAny } from '#audit/words.ts';

export const audit = {
  RafaelPro: {
    'offers.imported': {
      label: 'Formations importées',
      details: {
        read: counted('formation lue', 'formations lues'),
        added: counted('ajoutée'),
        updated: counted('modifiée'),
        archived: countedIfAny('archivée'),
        rejected: countedIfAny('rejetée'),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
