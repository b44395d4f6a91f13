import { readTable } from '#platform/csv/csv-table.ts';
import type { TypedLine } from './rules.ts';

/** As many lines as one import takes. */
export const MOST_LINES = 5_000;

/** The lines of a file, or why it cannot be read, as the page says it. */
export type ReadFile = { lines: TypedLine[] } | { problem: string };

/** Reads a list of memberships: the columns « siret » and « annee », whatever their order and whatever stands beside. */
export async function readMemberships(text: string): Promise<ReadFile> {
  const columns = ['siret', 'annee'];
  const read = await readTable(text, { columns, required: columns, most: MOST_LINES });
  if ('problem' in read) return read;
  return {
    lines: read.rows.map(({ line, cells }) => ({
      line,
      siret: shortened(cells.siret),
      year: shortened(cells.annee),
    })),
  };
}

/** Enough to recognise what was written, never the whole of a runaway cell. */
const LONGEST_CELL = 60;
const shortened = (cell = '') =>
  cell
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .slice(0, LONGEST_CELL);
