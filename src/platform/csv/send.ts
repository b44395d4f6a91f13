import type { Response } from 'express';
import { sendPieces } from '../web/pieces.ts';
import { type Cell, moreCsv, toCsv } from './csv.ts';

/** Some hundreds of rows at a time. */
export type CsvParts = AsyncGenerator<readonly (readonly Cell[])[], void, undefined>;

/**
 * Sends a CSV file as it is made, as {@link sendPieces} does.
 * @param name of the file, « .csv » included
 * @param parts its rows, asked for as fast as the reader takes them, and no faster
 * @throws whatever `parts` throws
 */
export async function sendCsv(
  res: Response,
  name: string,
  columns: readonly string[],
  parts: CsvParts,
): Promise<void> {
  async function* pieces() {
    try {
      const first = await parts.next();
      yield toCsv([columns, ...(first.value ?? [])]);
      for await (const rows of parts) yield moreCsv(rows);
    } finally {
      // A reader who leaves early ends the reading too.
      await parts.return();
    }
  }
  await sendPieces(res, pieces(), () => res.attachment(name).type('text/csv'));
}

const PART = 500;

/** The lines of what was read already, written a part at a time. */
export async function* linesOf<Row>(rows: readonly Row[], line: (row: Row) => Cell[]): CsvParts {
  for (let from = 0; from < rows.length; from += PART) yield rows.slice(from, from + PART).map(line);
}
