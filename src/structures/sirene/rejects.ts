import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { moreCsv, toCsv } from '#platform/csv/csv.ts';
import { fileProblem } from '#platform/files/problems.ts';
import { ImportError } from './errors.ts';

/** The rows that did not go in, in a file beside the others: line, SIRET as written, reason. */
export interface Rejects {
  readonly count: number;
  add(file: string, line: number, siret: string, reason: string): void;
  /**
   * Closes the file of an import that is done. One without rejects leaves none, nor that of an earlier import, which
   * would be read as its own.
   * @throws ImportError when they could not all be written, or the earlier file not be taken away
   */
  end(): Promise<void>;
  /** Closes the file of an import that came to nothing. @throws as `end` */
  close(): Promise<void>;
}

const COLUMNS = ['fichier', 'ligne', 'siret', 'raison'];
/** A cell that is longer is no SIRET, and tells nothing more. */
const LONGEST = 100;

/**
 * Where rejects go when nobody says where: the folder from which the import is started, or the temporary one where that
 * cannot be written, as in a container whose own files are read-only.
 */
export async function usualRejectsPath(): Promise<string> {
  const name = 'structures-rejets.csv';
  return checkWritable(name).then(
    () => name,
    () => path.join(tmpdir(), name),
  );
}

/**
 * @param file where to write; made with the first reject
 * @throws ImportError when nothing can be written there: said before the files are read, not after
 */
export async function openRejects(file: string): Promise<Rejects> {
  await checkWritable(file);
  let count = 0;
  let output: WriteStream | undefined;
  let failure: unknown;
  const close = async () => {
    if (!output) return;
    output.end();
    await finished(output).catch((error) => {
      failure ??= error;
    });
    if (failure) throw unwritable(file, failure);
  };
  return {
    get count() {
      return count;
    },
    add(source, line, siret, reason) {
      if (!output) {
        output = createWriteStream(file);
        output.on('error', (error) => {
          failure ??= error;
        });
        output.write(toCsv([COLUMNS]));
      }
      count += 1;
      output.write(moreCsv([[source, line, siret.slice(0, LONGEST), reason]]));
    },
    close,
    async end() {
      if (output) await close();
      else await removeFormer(file);
    },
  };
}

// Whatever else stands there is somebody's.
async function removeFormer(former: string): Promise<void> {
  const header = Buffer.from(toCsv([COLUMNS]));
  try {
    const file = await open(former);
    const isFile = (await file.stat()).isFile();
    const { buffer } = isFile ? await file.read(Buffer.alloc(header.length)) : { buffer: Buffer.alloc(0) };
    await file.close();
    if (buffer.equals(header)) await rm(former);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw unwritable(former, error);
  }
}

async function checkWritable(wanted: string): Promise<void> {
  try {
    const file = await open(wanted, 'a');
    const stats = await file.stat();
    await file.close();
    // Made by looking, or as empty as one that was.
    if (stats.isFile() && stats.size === 0) await rm(wanted);
  } catch (error) {
    throw unwritable(wanted, error);
  }
}

const unwritable = (file: string, error: unknown): ImportError => {
  const isAbsent = (error as { code?: string }).code === 'ENOENT';
  return new ImportError(
    `${file} : les lignes rejetées ne peuvent pas y être écrites (${isAbsent ? 'dossier introuvable' : fileProblem(error)}).`,
  );
};
