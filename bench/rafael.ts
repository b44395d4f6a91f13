import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createBenchDatabase, openOne } from './database.ts';
import { startApp } from './pages/app.ts';
import { measureAttacks } from './rafael/attacks.ts';
import { measureExport } from './rafael/export.ts';
import { measureImport } from './rafael/import.ts';
import { createBody } from './rafael/people.ts';
import { measurePlan } from './rafael/web.ts';

/** What is measured, in this order: what comes later reads what was imported. */
const PARTS = ['import', 'export', 'web', 'attacks'];

const { values } = parseArgs({
  options: {
    formations: { type: 'string', default: '100000' },
    /** Of {@link PARTS}, separated by commas. */
    only: { type: 'string', default: PARTS.join(',') },
  },
});
const formations = Number(values.formations);
const parts = new Set(values.only.split(','));
const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-rafael-'));
const database = await createBenchDatabase();
const stops: (() => unknown)[] = [
  () => rmSync(directory, { recursive: true, force: true }),
  () => database.drop(),
];
try {
  const db = openOne(database.url);
  stops.push(() => db.destroy());
  const body = await createBody(db);
  const measured = { url: database.url, directory, body, formations };
  console.log('| mesure | valeur | but |\n|---|--:|--:|');
  if (parts.has('import') || parts.has('export'))
    await measureImport({ ...measured, onlyFill: !parts.has('import') });
  const app = await startApp(database.url, directory, []);
  stops.push(() => app.stop());
  if (parts.has('export')) await measureExport(app, body);
  if (parts.has('web')) await measurePlan(app, body);
  if (parts.has('attacks')) await measureAttacks(app, body);
} finally {
  for (const stop of stops.reverse()) await stop();
}
