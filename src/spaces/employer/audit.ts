import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  Inscriptions: {
    'hr_list.exported': { label: 'Suivi du Valideur RH exporté', details: { entries: counted('entrée') } },
    'hr_documents.taken': {
      label: 'Documents téléchargés par le Valideur RH',
      details: { documents: counted('document') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
