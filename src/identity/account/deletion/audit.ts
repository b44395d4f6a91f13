import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: {
    'account.deletion_asked': 'Suppression du compte demandée',
    'account.deletion_withdrawn': 'Demande de suppression retirée',
    'account.deletion_refused': 'Suppression du compte refusée',
    'account.deleted': 'Compte supprimé',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
