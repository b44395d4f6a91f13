import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: {
    'account.proconnect_linked': 'ProConnect relié au compte',
    'account.proconnect_trusted': 'ProConnect remplace le code du compte',
    'account.proconnect_unlinked': 'ProConnect délié du compte',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
