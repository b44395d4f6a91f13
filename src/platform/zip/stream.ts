import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { ZipFile } from 'yazl';

/** A file of an archive. */
export interface ZipEntry {
  /** From `fileNames`: no folder, not twice. */
  name: string;
  /** When it was made. */
  at: Date;
  content: Uint8Array;
}

export type ZipEntries = AsyncGenerator<ZipEntry, void, undefined>;

/**
 * Sends an archive as it is made, its files stored as they are (a PDF is compressed already). Neither its size nor a
 * slow reader costs memory: a file is asked for once the one before has been taken. A failure before the first is a
 * page as any other; later, the download breaks off, which the browser says.
 * @param name of the archive, « .zip » included, in any characters
 * @throws whatever `entries` throws
 */
export async function sendZip(res: Response, name: string, entries: ZipEntries): Promise<void> {
  const first = await entries.next();
  if (res.destroyed) {
    // The reader left before the first file. The answer is over all the same, for whoever waits for its end.
    await entries.return();
    res.end();
    return;
  }
  async function* all() {
    if (!first.done) yield first.value;
    yield* entries;
  }
  // « CV/LM » would be taken for a folder, and the file be called « LM ».
  res
    .attachment(name.replace(/[/\\]/g, '-'))
    .type('application/zip')
    .set('X-Content-Type-Options', 'nosniff')
    .set('Cache-Control', 'private, no-store');
  try {
    await pipeline(Readable.from(zipped(all()), { objectMode: false }), res);
  } catch (error) {
    // Whoever closes the window is no failure of ours.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** The bytes of an archive of these files, as fast as they are taken. */
export async function* zipped(entries: ZipEntries): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable & { writableNeedDrain: boolean };
  const filling = fill(zip, output, entries).catch((error) => output.destroy(error));
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
    await filling;
  } finally {
    output.destroy();
    await entries.return();
  }
}

/** Waits until there is room again, or nobody reads any more; no listener is left behind. */
const drained = (output: Readable): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      output.off('drain', done).off('close', done);
      resolve();
    };
    output.once('drain', done).once('close', done);
  });

async function fill(
  zip: ZipFile,
  output: Readable & { writableNeedDrain: boolean },
  entries: ZipEntries,
): Promise<void> {
  for await (const { name, at, content } of entries) {
    if (output.destroyed) return;
    zip.addBuffer(Buffer.from(content.buffer, content.byteOffset, content.byteLength), name, {
      mtime: at,
      compress: false,
    });
    // It is written by now; the library would keep its bytes until the end of the archive.
    const added = (zip as unknown as { entries: { doFileDataPump?: unknown }[] }).entries.at(-1);
    if (added) added.doFileDataPump = undefined;
    if (output.writableNeedDrain) await drained(output);
  }
  zip.end();
}
