import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, countedIfAny, oneOf } from '#audit/words.ts';

export const audit = {
  RafaelPro: {
    'offer_codes.imported': {
      label: 'Codes importés',
      details: {
        list: oneOf({ formacode: 'Formacode', certifications: 'certifications' }),
        read: counted('ligne lue', 'lignes lues'),
        added: countedIfAny('ajouté'),
        updated: countedIfAny('modifié'),
        removed: countedIfAny('ôté'),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
