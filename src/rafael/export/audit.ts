import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  RafaelPro: {
    'offers.exported': { label: 'Catalogue exporté en LHÉO', details: { formations: counted('formation') } },
    'offers.contacts_shown': 'Contacts nommés dans le flux public',
    'offers.contacts_hidden': 'Contacts retirés du flux public',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
