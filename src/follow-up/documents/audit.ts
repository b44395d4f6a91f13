import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, oneOf } from '#audit/words.ts';
import { templateKindLabels } from './templates/fields.ts';

export const audit = {
  Sessions: {
    'training_session.document_added': 'Document ajouté',
    'training_session.document_removed': 'Document retiré',
    'document.issued': {
      label: 'Documents émis à la demande',
      details: { kind: oneOf(templateKindLabels), documents: counted('document') },
    },
    'document.sent': { label: 'Document envoyé de nouveau', details: { kind: oneOf(templateKindLabels) } },
    'document.dossier_taken': {
      label: 'Dossier de la session téléchargé',
      details: { documents: counted('document') },
    },
    'document.withdrawn': {
      label: 'Document retiré avec un motif',
      details: { kind: oneOf(templateKindLabels) },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
