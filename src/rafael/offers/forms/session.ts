import type { OfferField } from './fields.ts';

const WHERE = 'S’inscrire';
const ADDRESS = ['adresse-inscription', 'adresse'];

/** « Session », beside its dates, its places and its meetings, which have rules of their own. */
export const sessionFields: readonly OfferField[] = [
  {
    name: 'etat',
    label: 'Recrutement',
    path: ['etat-recrutement'],
    control: { kind: 'choice' },
    required: true,
    group: WHERE,
  },
  {
    name: 'adresse',
    label: 'Adresse où s’inscrire',
    path: [...ADDRESS, 'ligne'],
    control: { kind: 'line' },
    required: true,
    group: WHERE,
  },
  {
    name: 'code_postal',
    label: 'Code postal',
    path: [...ADDRESS, 'codepostal'],
    control: { kind: 'line' },
    required: true,
    group: WHERE,
  },
  {
    name: 'ville',
    label: 'Ville',
    path: [...ADDRESS, 'ville'],
    control: { kind: 'line' },
    required: true,
    group: WHERE,
  },
  {
    name: 'modalites',
    label: 'Comment s’inscrire',
    path: ['modalites-inscription'],
    control: { kind: 'line' },
    group: WHERE,
  },
];
