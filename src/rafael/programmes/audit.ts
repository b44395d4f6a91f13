import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

const code = (written: string) => written;

export const audit = {
  RafaelPro: {
    'programme.created': { label: 'Programme ajouté', details: { code } },
    'programme.updated': { label: 'Programme modifié', details: { code } },
    'programme.deleted': { label: 'Programme supprimé', details: { code } },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
