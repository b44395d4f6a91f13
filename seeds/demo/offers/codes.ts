import type { Knex } from 'knex';
import { daysAgo } from '../calendar.ts';

/** The fields of the demo, each with the code of its trades: invented, as are their numbers. */
export const fields = {
  building: ['Bâtiment et travaux publics', '91110'],
  industry: ['Industrie et maintenance', '91120'],
  catering: ['Hôtellerie et restauration', '91130'],
  care: ['Santé et action sociale', '91140'],
  digital: ['Numérique', '91150'],
  sales: ['Commerce et vente', '91160'],
  transport: ['Transport et logistique', '91170'],
  land: ['Agriculture et espaces verts', '91180'],
  office: ['Administration et gestion', '91190'],
  basics: ['Savoirs de base et projet', '91200'],
} as const;
export type Field = keyof typeof fields;

/** Whom actions are for; invented numbers, as above. */
export const publics = {
  seekers: ['89010', 'Personne en recherche d’emploi'],
  young: ['89020', 'Jeune de moins de 26 ans'],
  employees: ['89030', 'Personne salariée'],
  disabled: ['89040', 'Personne en situation de handicap'],
  everybody: ['89000', 'Tout public'],
} as const;
export type Public = keyof typeof publics;

/** What the agency buys and pays for, by code. */
export const programmes = {
  'PRF-QUALIF': ['Parcours qualifiants', 'Programme régional de formation', true],
  'PRF-PROJET': ['Construction du projet professionnel', 'Programme régional de formation', true],
  'HSP-1': ['Premier niveau de qualification', 'Habilitation de service public', true],
  'HSP-SOCLE': ['Socle de compétences', 'Habilitation de service public', true],
  'PRF-PASSE': ['Parcours qualifiants, achat précédent', 'Programme régional de formation', true],
} as const;
export type Programme = keyof typeof programmes;

/** Certifications that the demo names: invented numbers and titles. */
const certifications: readonly [kind: 'RNCP' | 'RS', code: string, label: string, level: number | null][] = [
  ['RNCP', '990101', 'Titre de maçon du bâti ancien', 3],
  ['RNCP', '990102', 'Titre de soudeur en construction métallique', 3],
  ['RNCP', '990103', 'Titre de cuisinier de collectivité', 3],
  ['RNCP', '990104', 'Titre d’assistant de vie à domicile', 3],
  ['RNCP', '990105', 'Titre de technicien réseau et support', 5],
  ['RNCP', '990106', 'Titre de développeur d’applications', 6],
  ['RNCP', '990107', 'Titre de conseiller de vente', 4],
  ['RNCP', '990108', 'Titre de conducteur de véhicules lourds', 3],
  ['RNCP', '990109', 'Titre d’ouvrier du paysage', 3],
  ['RNCP', '990110', 'Titre de gestionnaire comptable', 5],
  ['RS', '9901', 'Certificat de compétences numériques de base', null],
];

/** Inserts the programmes and the words of codes, as the agency has them. @returns the programmes’ numbers, by code */
export async function insertCodes(trx: Knex.Transaction, now: Date): Promise<ReadonlyMap<string, number>> {
  const year = now.getFullYear();
  await trx('programmes').insert(
    Object.entries(programmes).map(([code, [label, family, needs_prescription]]) => ({
      code,
      label,
      family,
      needs_prescription,
      active_to: code === 'PRF-PASSE' ? `${year - 1}-12-31` : null,
      created_at: daysAgo(now, 400),
    })),
  );
  await trx('formacodes').insert([
    ...Object.values(fields).map(([label, code]) => ({ code, version: 'V14', label, domain: label })),
    ...Object.values(publics).map(([code, label]) => ({ code, version: 'V14', label, domain: '' })),
  ]);
  await trx('certifications').insert(
    certifications.map(([kind, code, label, level]) => ({ kind, code, label, level })),
  );
  const rows: { id: number; code: string }[] = await trx('programmes').select('id', 'code');
  return new Map(rows.map(({ id, code }) => [code, id]));
}
