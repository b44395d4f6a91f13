import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf } from '#audit/words.ts';
import { templateKindLabels } from './fields.ts';

export const audit = {
  Agence: {
    'document_template.published': {
      label: 'Modèle de document publié',
      details: {
        document: oneOf(templateKindLabels),
        version: (version: number) => `version ${version}`,
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
