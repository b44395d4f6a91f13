/**
 * What pages are compared with: Express and EJS with nothing else, answering HTML of the very same bytes, compressed as ours.
 * Argument: a folder whose file `n.html` is answered at `/n`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express from 'express';
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
app.use(compressedPages);
app.get('/:page', (req, res) => res.render('bare', { lines: pages.get(req.params.page) ?? [] }));

await serve(async () => ({ app }));
