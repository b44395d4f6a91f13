import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Compte: {
    'account.password_reset_asked': 'Nouveau mot de passe demandé',
    'account.password_reset': 'Mot de passe réinitialisé',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
