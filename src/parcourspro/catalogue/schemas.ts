import { z } from 'zod';
import type { Fields } from '../../platform/web/forms/body.ts';
import { parseRowId, searchText } from '../../platform/web/forms/fields.ts';

/** The modalities as the address of a search writes them. */
export const modalities = Object.freeze({
  presentiel: { code: 'in_person', label: 'Présentiel' },
  distanciel: { code: 'remote', label: 'Distanciel' },
  mixte: { code: 'mixed', label: 'Mixte' },
} as const);

const oneOf = <const V extends readonly [string, ...string[]]>(values: V) =>
  z.enum(values).optional().catch(undefined);
const ticked = z.unknown().transform((value) => value === '1');

const searchQuery = z.object({
  q: searchText(200),
  lieu: searchText(80),
  theme: searchText(80),
  type: searchText(80),
  modalite: oneOf(['presentiel', 'distanciel', 'mixte']),
  acces: oneOf(['reserve', 'ouvert']),
  places: ticked,
  passees: ticked,
  tri: oneOf(['date', 'pertinence']),
  page: z.unknown().transform((value) => parseRowId(value) ?? 1),
});

/** What the visitor asks for, by the names of the address. */
export type SearchQuery = z.output<typeof searchQuery>;

/** The search as it stands in the address. Nothing in it is an error: what cannot be understood is left out. */
export function readSearch(fields: Fields): SearchQuery {
  const names = Object.keys(searchQuery.shape);
  return searchQuery.parse(Object.fromEntries(names.map((name) => [name, fields[name]])));
}

/** An action's name in its address; anything else is not looked up. */
export const slugPattern = /^[a-z0-9]{1,100}(-[a-z0-9]{1,100}){0,40}$/;
