import { z } from 'zod';
import { dayAsked, oneOf, ticked } from '#platform/finding/fields.ts';
import { RADII } from '#platform/finding/places.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';

/** The modalities as the address of a search writes them. */
export const modalities = Object.freeze({
  presentiel: { code: 'in_person', label: 'Présentiel' },
  distanciel: { code: 'remote', label: 'Distanciel' },
  mixte: { code: 'mixed', label: 'Mixte' },
} as const);

const searchQuery = z.object({
  q: searchText(200),
  lieu: searchText(80),
  rayon: oneOf(RADII),
  theme: searchText(80),
  type: searchText(80),
  modalite: oneOf(['presentiel', 'distanciel', 'mixte']),
  acces: oneOf(['reserve', 'ouvert']),
  organisme: z.unknown().transform((value) => String(parseRowId(value) ?? '')),
  du: dayAsked,
  au: dayAsked,
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
