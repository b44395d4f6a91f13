/**
 * What pages are compared with: Express, compression and EJS with nothing else, answering HTML of the very same bytes.
 * Argument: a folder whose file `n.html` is answered at `/n`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express from 'express';
import { runCompanion } from '#demo/companion.ts';

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
app.get('/:page', (req, res) => res.render('bare', { lines: pages.get(req.params.page) ?? [] }));

await runCompanion(async () => {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    ready: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
});
