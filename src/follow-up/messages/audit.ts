import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  Sessions: {
    'training_session.message_sent': {
      label: 'Message envoyé aux participants',
      details: { people: counted('personne') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
