import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { type Cell, moreCsv, toCsv } from './csv.ts';

/** Some hundreds of rows at a time. */
export type CsvParts = AsyncGenerator<readonly (readonly Cell[])[], void, undefined>;

/**
 * Sends a CSV file as it is made: neither its length nor a slow reader costs memory, and other requests have their turn
 * between two parts. A failure before the first is a page as any other; later, the download breaks off, which the
 * browser says.
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
  const first = await parts.next();
  if (res.destroyed) {
    // The reader left before the first part. The answer is over all the same, for whoever waits for its end.
    await parts.return();
    res.end();
    return;
  }
  async function* lines() {
    yield toCsv([columns, ...(first.value ?? [])]);
    for await (const rows of parts) yield moreCsv(rows);
  }
  res.attachment(name).type('text/csv');
  try {
    await pipeline(Readable.from(lines(), { objectMode: false }), res);
  } catch (error) {
    // Whoever closes the window is no failure of ours.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

const PART = 500;

/** The lines of what was read already, written a part at a time. */
export async function* linesOf<Row>(rows: readonly Row[], line: (row: Row) => Cell[]): CsvParts {
  for (let from = 0; from < rows.length; from += PART) yield rows.slice(from, from + PART).map(line);
}
