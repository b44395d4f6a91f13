import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf } from '#audit/words.ts';

export const audit = {
  Sessions: {
    'convention.signed': {
      label: 'Convention signée',
      details: { party: oneOf({ body: 'par l’organisme', employer: 'par la structure' }) },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
