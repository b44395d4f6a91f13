import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fromBuffer, type ZipFile } from 'yauzl';

/** What a reader of archives finds, by name. */
export async function unzipped(bytes: Buffer): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, file) =>
      error ? reject(error) : resolve(file),
    ),
  );
  const ended = once(zip, 'end');
  zip.on('entry', (entry) =>
    zip.openReadStream(entry, (error, stream) => {
      if (error) return zip.emit('error', error);
      void buffer(stream).then((content) => {
        found[entry.fileName] = content;
        zip.readEntry();
      });
    }),
  );
  zip.readEntry();
  await ended;
  return found;
}
