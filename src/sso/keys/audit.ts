import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Services: {
    'sso.keys_rotated': 'Clé de signature renouvelée',
    'sso.keys_replaced': 'Clé de signature remplacée aussitôt',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
