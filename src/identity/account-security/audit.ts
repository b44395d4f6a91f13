import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: { 'account.links_ended': 'Liens en cours annulés' },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
