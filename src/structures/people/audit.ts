import { type Right, rightDefinitions } from '#access/rights.ts';
import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

const right = (code: Right): string => rightDefinitions[code]?.label ?? code;

export const audit = {
  Structures: {
    'structures.imported': {
      label: 'Structures importées',
      details: {
        read: counted('ligne lue', 'lignes lues'),
        outside: (rows: number) => `${rows} hors des départements`,
        rejected: counted('ligne rejetée', 'lignes rejetées'),
        added: counted('ajoutée'),
        updated: counted('modifiée'),
      },
    },
  },
  'Affiliations et droits': {
    'right.granted': { label: 'Droit donné', details: { right } },
    'right.revoked': { label: 'Droit retiré', details: { right } },
    'referent.handed_over': 'Rôle de référent transmis',
    'people.exported': { label: 'Liste des personnes exportée', details: { people: counted('personne') } },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
