import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Agence: { 'email.sent_again': 'E-mail renvoyé' },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
