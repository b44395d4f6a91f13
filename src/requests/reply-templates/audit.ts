import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Agence: {
    'reply_template.created': 'Modèle de réponse ajouté',
    'reply_template.updated': 'Modèle de réponse modifié',
    'reply_template.moved': 'Modèle de réponse déplacé',
    'reply_template.deleted': 'Modèle de réponse supprimé',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
