import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: {
    'account.calendar_feed_created': 'Adresse d’agenda créée',
    'account.calendar_feed_renewed': 'Adresse d’agenda renouvelée',
    'account.calendar_feed_revoked': 'Adresse d’agenda supprimée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
