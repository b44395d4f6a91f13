/**
 * What pages are compared with: Express and EJS with nothing else, answering HTML of the very same bytes. Argument: a folder
 * whose file `n.html` is answered at `/n`, compressed as our pages are, and at `/usual/n`, compressed as `compression` does
 * by itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import { compressedPages } from '#platform/web/compression/compressed-pages.ts';
import { serve } from '../serving.ts';

const [directory = ''] = process.argv.slice(2);
const pages = new Map(
  readdirSync(directory).map((file) => {
    return [path.parse(file).name, readFileSync(path.join(directory, file), 'utf8').split('\n')];
  }),
);

const app = express();
app.disable('x-powered-by');
app.set('view engine', 'ejs');
app.set('views', fileURLToPath(new URL('./', import.meta.url)));
app.enable('view cache');
app.use(compression());
const page: RequestHandler<{ page: string }> = (req, res) =>
  res.render('bare', { lines: pages.get(req.params.page) ?? [] });
app.get('/usual/:page', page);
app.get('/:page', compressedPages, page);

await serve(async () => ({ app }));
