import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: {
    'account.passkey_added': 'Clé d’accès ajoutée',
    'account.passkey_renamed': 'Clé d’accès renommée',
    'account.passkey_removed': 'Clé d’accès retirée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
