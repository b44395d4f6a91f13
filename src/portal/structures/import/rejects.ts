import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { moreCsv, toCsv } from '../../../platform/csv/csv.ts';
import { fileProblem } from '../../../platform/files/problems.ts';
import { ImportError } from './errors.ts';

/** The rows that did not go in, in a file beside the others: line, SIRET as written, reason. */
export interface Rejects {
  readonly count: number;
  add(file: string, line: number, siret: string, reason: string): void;
  /** Closes the file. A run without rejects leaves none. @throws ImportError when they could not all be written */
  end(): Promise<void>;
}

const COLUMNS = ['fichier', 'ligne', 'siret', 'raison'];
/** A cell that is longer is no SIRET, and tells nothing more. */
const LONGEST = 100;

/**
 * @param path where to write; made with the first reject
 * @throws ImportError when nothing can be written there: said before the files are read, not after
 */
export async function openRejects(path: string): Promise<Rejects> {
  await checkWritable(path);
  let count = 0;
  let output: WriteStream | undefined;
  let failure: unknown;
  return {
    get count() {
      return count;
    },
    add(file, line, siret, reason) {
      if (!output) {
        output = createWriteStream(path);
        output.on('error', (error) => {
          failure ??= error;
        });
        output.write(toCsv([COLUMNS]));
      }
      count += 1;
      output.write(moreCsv([[file, line, siret.slice(0, LONGEST), reason]]));
    },
    async end() {
      if (!output) return;
      output.end();
      await finished(output).catch((error) => {
        failure ??= error;
      });
      if (failure) throw unwritable(path, failure);
    },
  };
}

async function checkWritable(path: string): Promise<void> {
  try {
    const file = await open(path, 'a');
    const stats = await file.stat();
    await file.close();
    // Made by looking, or as empty as one that was.
    if (stats.isFile() && stats.size === 0) await rm(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

const unwritable = (path: string, error: unknown): ImportError => {
  const isAbsent = (error as { code?: string }).code === 'ENOENT';
  return new ImportError(
    `${path} : les lignes rejetées ne peuvent pas y être écrites (${isAbsent ? 'dossier introuvable' : fileProblem(error)}).`,
  );
};
