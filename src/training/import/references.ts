import type { TableRow } from '#platform/csv/csv-table.ts';
import { LONGEST_REFERENCE } from '../actions/schemas.ts';
import type { Fault } from './plan.ts';

/** The reference of a line, tidied as the fields of a form are. */
export const referenceOf = ({ cells }: TableRow): string =>
  (cells.reference ?? '')
    .normalize('NFC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();

/** What is wrong with the reference of a line; undefined when it can be one. */
export function referenceFault(reference: string, before: number | undefined): Fault | undefined {
  const column = 'reference';
  if (reference === '') return { column, problem: 'Donnez à la ligne une référence, la vôtre.' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(reference))
    return { column, problem: 'Cette référence contient des caractères illisibles.' };
  if ([...reference].length > LONGEST_REFERENCE)
    return { column, problem: `Une référence a ${LONGEST_REFERENCE}\u00a0caractères au plus.` };
  return before === undefined
    ? undefined
    : { column, problem: `La ligne ${before} a déjà cette référence\u00a0: gardez l’une des deux.` };
}
