import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { compress, type Encoding, encodingFor } from '../compression/encodings.ts';

const require = createRequire(import.meta.url);
/** A file of a package that does not list it among what it exports. */
const beside = (name: string, file: string) => path.join(path.dirname(require.resolve(name)), file);
const publicDirectory = fileURLToPath(new URL('../../../../public/', import.meta.url));

/** Files of packages that a page may load, under the address they get. */
const vendorFiles: Record<string, string> = {
  'vendor/accessible-autocomplete.css': require.resolve(
    'accessible-autocomplete/dist/accessible-autocomplete.min.css',
  ),
  'vendor/accessible-autocomplete.js': require.resolve(
    'accessible-autocomplete/dist/accessible-autocomplete.min.js',
  ),
  'vendor/simplewebauthn.js': beside('@simplewebauthn/browser', '../dist/bundle/index.umd.min.js'),
};

/** The static files of the site, each under an address that changes with its content. */
export interface Assets {
  /** The address of a file, such as `css/site.css`; an unknown name is a programming error and throws. */
  url(name: string): string;
  serve: RequestHandler;
}

/** Compressed as well as can be, which takes a hundred times as long as a page's compression: once is enough. */
const COMPRESSED = /\.(css|js|svg)$/;

interface StaticFile {
  file: string;
  /** When it was last changed before its address was made. */
  changedAt: number;
  compressed: Map<Encoding, Promise<Buffer>>;
}

/**
 * Reads every static file once and answers for it for a year: a changed file has another address.
 * @param directory of those that are not of a package
 */
export function createAssets(directory = publicDirectory): Assets {
  const files = new Map<string, string>(Object.entries(vendorFiles));
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(directory, file).split(path.sep).join('/'), file);
  }
  const urls = new Map<string, string>();
  const byUrl = new Map<string, StaticFile>();
  for (const [name, file] of files) {
    const changedAt = statSync(file).mtimeMs;
    const hash = createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 12);
    const url = `/assets/${hash}/${name}`;
    urls.set(name, url);
    byUrl.set(url, { file, changedAt, compressed: new Map() });
  }

  const serve = express.Router();
  serve.use('/assets', async (req, res, next) => {
    const one = byUrl.get(req.originalUrl.split('?')[0] ?? '');
    if (!one || !['GET', 'HEAD'].includes(req.method)) return next();
    const encoding = COMPRESSED.test(one.file) ? encodingFor(req) : undefined;
    const kept = encoding && one.compressed.get(encoding);
    // Changed since its address was made, or gone: sent as it is now, to be asked for again.
    if (!kept && !(await isUnchanged(one))) return res.sendFile(one.file, { maxAge: 0 });
    if (!encoding) return res.sendFile(one.file, { maxAge: '1y', immutable: true });
    const body = await (kept ?? keepCompressed(one, encoding));
    res.set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'Content-Encoding': encoding });
    res.vary('Accept-Encoding').type(path.extname(one.file)).send(body);
  });
  return {
    url(name) {
      const url = urls.get(name);
      if (!url) throw new Error(`no static file ${name}`);
      return url;
    },
    serve,
  };
}

const isUnchanged = ({ file, changedAt }: StaticFile): Promise<boolean> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs === changedAt,
    () => false,
  );

/** What failed is tried again by whoever asks next. */
function keepCompressed({ file, compressed }: StaticFile, encoding: Encoding): Promise<Buffer> {
  const body = readFile(file).then((bytes) => compress(bytes, encoding, 'lasting'));
  compressed.set(encoding, body);
  body.catch(() => compressed.delete(encoding));
  return body;
}
