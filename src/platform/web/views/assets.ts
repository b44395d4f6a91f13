import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import express, { type RequestHandler } from 'express';

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

/** Reads every static file once and answers for it for a year: a changed file has another address. */
export function createAssets(): Assets {
  const files = new Map<string, string>(Object.entries(vendorFiles));
  for (const entry of readdirSync(publicDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(publicDirectory, file).split(path.sep).join('/'), file);
  }
  const urls = new Map<string, string>();
  const byUrl = new Map<string, string>();
  for (const [name, file] of files) {
    const hash = createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 12);
    const url = `/assets/${hash}/${name}`;
    urls.set(name, url);
    byUrl.set(url, file);
  }

  const compressed = new Map<string, Promise<Buffer>>();
  const compress = (file: string): Promise<Buffer> => {
    const kept = compressed.get(file) ?? promisify(brotliCompress)(readFileSync(file));
    compressed.set(file, kept);
    return kept;
  };

  const serve = express.Router();
  serve.use('/assets', async (req, res, next) => {
    const file = byUrl.get(req.originalUrl.split('?')[0] ?? '');
    if (!file || !['GET', 'HEAD'].includes(req.method)) return next();
    if (!COMPRESSED.test(file) || !req.acceptsEncodings('br')) {
      return res.sendFile(file, { maxAge: '1y', immutable: true });
    }
    res.set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'Content-Encoding': 'br' });
    res
      .vary('Accept-Encoding')
      .type(path.extname(file))
      .send(await compress(file));
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
