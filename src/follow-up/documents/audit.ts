import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Sessions: {
    'training_session.document_added': 'Document ajouté',
    'training_session.document_removed': 'Document retiré',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
