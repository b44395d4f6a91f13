import { z } from 'zod';
import { dayAsked, oneOf, ticked } from '#platform/finding/fields.ts';
import { RADII } from '#platform/finding/places.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';

/** Codes of LHÉO as the address of a search writes them. */
export const modes = Object.freeze({ presence: 0, mixte: 1, distance: 2 } as const);
export const entries = Object.freeze({ fixes: 0, permanentes: 1 } as const);

const searchQuery = z.object({
  q: searchText(200),
  lieu: searchText(80),
  rayon: oneOf(RADII),
  departement: searchText(3),
  domaine: searchText(200),
  niveau: oneOf(['1', '2', '3', '4', '5', '6', '7', '8']),
  modalite: oneOf(['presence', 'mixte', 'distance']),
  entrees: oneOf(['fixes', 'permanentes']),
  programme: searchText(20),
  public: searchText(5),
  organisme: z.unknown().transform((value) => String(parseRowId(value) ?? '')),
  du: dayAsked,
  au: dayAsked,
  certifiante: ticked,
  conventionnee: ticked,
  places: ticked,
  reunion: ticked,
  passees: ticked,
  tri: oneOf(['date', 'pertinence', 'distance']),
  page: z.unknown().transform((value) => parseRowId(value) ?? 1),
});

/** What somebody asks for, by the names of the address. */
export type SearchQuery = z.output<typeof searchQuery>;

/** The search as it stands in the address. Nothing in it is an error: what cannot be understood is left out. */
export function readSearch(fields: Fields): SearchQuery {
  const names = Object.keys(searchQuery.shape);
  return searchQuery.parse(Object.fromEntries(names.map((name) => [name, fields[name]])));
}
