import { z } from 'zod';
import { departments } from '#platform/french/departments.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { structureKinds } from '../people/kinds.ts';

// What is not in the list narrows nothing: an address shared or cut short still opens.
const oneOf = (values: Readonly<Record<string, string>>) =>
  searchText(40).transform((value) => (Object.hasOwn(values, value) ? value : ''));

const directoryQuery = z.object({
  q: searchText(120),
  departement: oneOf(departments),
  type: oneOf(structureKinds),
});

/** The search of the « Annuaire » as it stands in the address. Nothing in it is an error. */
export function readDirectoryQuery({ q, departement, type }: Fields): z.output<typeof directoryQuery> {
  return directoryQuery.parse({ q, departement, type });
}
