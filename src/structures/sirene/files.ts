import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { type CsvRow, readCsv } from '#platform/csv/csv-reader.ts';
import { decodeText } from '#platform/csv/encoding.ts';

/**
 * Opens a CSV file, plain, in .gz or alone in .zip (told by its first bytes, not its name), and reads it in a stream.
 * @returns batches of rows, the header first
 * @throws Error when the file is cut, or the archive holds no CSV
 */
export async function* readFileRows(file: string): AsyncGenerator<CsvRow[]> {
  const bytes = await openPlain(file);
  try {
    yield* readCsv(decode(bytes));
  } finally {
    bytes.destroy();
  }
}

async function openPlain(file: string): Promise<Readable> {
  const handle = await open(file);
  const start = Buffer.alloc(4);
  await handle.read(start, 0, 4, 0);
  await handle.close();
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const source = createReadStream(file);
    const plain = createGunzip();
    source.on('error', (error) => plain.destroy(error));
    return source.pipe(plain);
  }
  if (start.subarray(0, 2).toString() === 'PK') return openZipped(file);
  return createReadStream(file, { highWaterMark: 1 << 18 });
}

function openZipped(file: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: true }, (error, zip) => {
      // Without its end, where the list of files is, an archive is cut.
      const refuse = (cause: Error) => reject(new Error('archive .zip coupée ou abîmée', { cause }));
      if (error) return refuse(error);
      zip.on('error', refuse);
      zip.on('end', () => reject(new Error('aucun fichier .csv dans l’archive')));
      zip.on('entry', (entry) => {
        if (!/\.csv$/i.test(entry.fileName)) return zip.readEntry();
        zip.openReadStream(entry, (failure, stream) => (failure ? refuse(failure) : resolve(stream)));
      });
      zip.readEntry();
    });
  });
}

async function* decode(bytes: Readable): AsyncGenerator<string> {
  try {
    yield* decodeText(bytes);
  } catch (error) {
    const isCut = (error as { code?: string }).code === 'Z_BUF_ERROR';
    throw new Error(isCut ? 'fichier coupé' : 'fichier coupé ou abîmé', { cause: error });
  }
}
