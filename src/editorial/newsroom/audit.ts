import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Agence: {
    'news.created': 'Actualité publiée',
    'news.updated': 'Actualité modifiée',
    'news.deleted': 'Actualité supprimée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
