import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  ParcoursPro: {
    'questionnaire.published': {
      label: 'Questionnaire de satisfaction publié',
      details: {
        action_kind: (label: string) => label,
        version: (version: number) => `version ${version}`,
        questions: counted('question'),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
