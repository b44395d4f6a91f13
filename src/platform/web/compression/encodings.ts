import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, gzip, gzipSync, constants as zlib } from 'node:zlib';
import type { Request } from 'express';

/** In the order of what they save: browsers take both, and name the other first. */
const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** How hard each tries, by how long what comes of it is sent: once; to all for a second; for a year. */
const LEVELS = {
  once: { br: 1, gzip: 1 },
  shared: { br: 4, gzip: 6 },
  lasting: { br: 11, gzip: 9 },
};

/** The one in which a text is sent to this browser; undefined where it takes none. */
export const encodingFor = (req: Request): Encoding | undefined =>
  ENCODINGS.find((one) => req.acceptsEncodings(one));

const brotliAt = (level: number) => ({ params: { [zlib.BROTLI_PARAM_QUALITY]: level } });

/** Compresses what is sent once, here and now: for some KB that is quicker than to wait for another thread. */
export const compressAtOnce = (text: string, encoding: Encoding): Buffer =>
  encoding === 'br'
    ? brotliCompressSync(text, brotliAt(LEVELS.once.br))
    : gzipSync(text, { level: LEVELS.once.gzip });

/** Compresses what is sent many times, in another thread. */
export const compress = (
  bytes: Buffer,
  encoding: Encoding,
  use: Exclude<keyof typeof LEVELS, 'once'>,
): Promise<Buffer> =>
  encoding === 'br'
    ? promisify(brotliCompress)(bytes, brotliAt(LEVELS[use].br))
    : promisify(gzip)(bytes, { level: LEVELS[use].gzip });
