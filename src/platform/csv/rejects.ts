import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { fileProblem } from '../files/problems.ts';
import { type Cell, moreCsv, toCsv } from './csv.ts';

/** What the command of an import did not take, in a file beside the others. */
export interface Rejects {
  readonly count: number;
  add(row: readonly Cell[]): void;
  /**
   * Closes the file of an import that is done. One without rejects leaves none, nor that of an earlier import, which
   * would be read as its own.
   * @throws what `failed` makes of it, when they could not all be written, or the earlier file not be taken away
   */
  end(): Promise<void>;
  /** Closes the file of an import that came to nothing. @throws as `end` */
  close(): Promise<void>;
}

/** What the rows of a file of rejects hold, and the error that tells whoever typed the command. */
export interface RejectsKind {
  columns: readonly string[];
  failed(message: string): Error;
}

/**
 * Where rejects go when nobody says where, under the usual name: the folder from which the import is started, or the temporary one where that
 * cannot be written, as in a container whose own files are read-only.
 */
export async function usualRejectsPath(name: string): Promise<string> {
  return checkWritable(name).then(
    () => name,
    () => path.join(tmpdir(), name),
  );
}

/**
 * @param file where to write; made with the first reject
 * @throws what `failed` makes of it, when nothing can be written there: said before the files are read, not after
 */
export async function openRejects(file: string, { columns, failed }: RejectsKind): Promise<Rejects> {
  const unwritable = (error: unknown) => failed(unwritableMessage(file, error));
  await checkWritable(file).catch((error) => {
    throw unwritable(error);
  });
  let count = 0;
  let output: WriteStream | undefined;
  let failure: unknown;
  const close = async () => {
    if (!output) return;
    output.end();
    await finished(output).catch((error) => {
      failure ??= error;
    });
    if (failure) throw unwritable(failure);
  };
  return {
    get count() {
      return count;
    },
    add(row) {
      if (!output) {
        output = createWriteStream(file);
        output.on('error', (error) => {
          failure ??= error;
        });
        output.write(toCsv([columns]));
      }
      count += 1;
      output.write(moreCsv([row]));
    },
    close,
    async end() {
      if (output) await close();
      else
        await removeFormer(file, columns).catch((error) => {
          throw unwritable(error);
        });
    },
  };
}

// Whatever else stands there is somebody's.
async function removeFormer(former: string, columns: readonly string[]): Promise<void> {
  const header = Buffer.from(toCsv([columns]));
  try {
    const file = await open(former);
    const isFile = (await file.stat()).isFile();
    const { buffer } = isFile ? await file.read(Buffer.alloc(header.length)) : { buffer: Buffer.alloc(0) };
    await file.close();
    if (buffer.equals(header)) await rm(former);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
}

async function checkWritable(wanted: string): Promise<void> {
  const file = await open(wanted, 'a');
  const stats = await file.stat();
  await file.close();
  // Made by looking, or as empty as one that was.
  if (stats.isFile() && stats.size === 0) await rm(wanted);
}

function unwritableMessage(file: string, error: unknown): string {
  const isAbsent = (error as { code?: string }).code === 'ENOENT';
  return `${file} : les lignes rejetées ne peuvent pas y être écrites (${isAbsent ? 'dossier introuvable' : fileProblem(error)}).`;
}
