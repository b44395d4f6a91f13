import { z } from 'zod';
import { departments } from '#platform/french/departments.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';

const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const rowNumber = z.unknown().transform((value) => parseRowId(firstOf(value as string)));

const figuresQuery = z.object({
  annee: rowNumber.transform((year) => (year && year >= FIRST_YEAR && year <= LAST_YEAR ? year : undefined)),
  type: rowNumber,
  theme: rowNumber,
  departement: z
    .unknown()
    .transform((value) => firstOf(value as string))
    .transform((code) => (Object.hasOwn(departments, code) ? code : undefined)),
  prestataire: rowNumber,
});

/** Which figures the address asks for, by the names of the form. */
export type FiguresQuery = z.output<typeof figuresQuery>;

/** What cannot be understood is left out, as in a search. */
export const readFiguresQuery = (fields: Fields): FiguresQuery =>
  figuresQuery.parse(Object.fromEntries(Object.keys(figuresQuery.shape).map((name) => [name, fields[name]])));
