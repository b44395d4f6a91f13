import { parseArgs } from 'node:util';
import { ownerDatabaseUrl } from '#platform/config.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { createBenchDatabase } from '../database.ts';
import type { Sent } from '../recording.ts';
import { createBrowsers } from './browse.ts';
import { FULL, fillCatalogue } from './fill.ts';
import { measuredPages } from './pages.ts';
import { recordAsked, tablesReadThrough } from './plans.ts';
import { openSite, PASSWORD } from './site.ts';

const MOST_STATEMENTS = 4;

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: String(FULL.actions) },
    sessions: { type: 'string', default: String(FULL.sessions) },
    people: { type: 'string', default: String(FULL.people) },
    enrolments: { type: 'string', default: String(FULL.enrolments) },
    /** A database that `--keep` has left, looked at again. */
    database: { type: 'string' },
    /** Leaves the database on the server that the environment names, and says its address. */
    keep: { type: 'boolean', default: false },
  },
});
const sizes = {
  actions: Number(values.actions),
  sessions: Number(values.sessions),
  people: Number(values.people),
  enrolments: Number(values.enrolments),
};

const database = values.database
  ? { url: values.database, drop: async () => {} }
  : await createBenchDatabase();
const isKept = values.keep && ownerDatabaseUrl(process.env) !== undefined;
try {
  if (!values.database) {
    const began = performance.now();
    await fillCatalogue(database.url, sizes, new Date(), await hashPassword(PASSWORD));
    console.log(`${JSON.stringify(sizes)}, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  const faults = await checkPlans();
  console.log(faults === 0 ? 'No large table is read through.' : `${faults} faults.`);
  process.exitCode = faults === 0 ? 0 : 1;
  if (isKept) console.log(`Kept: ${database.url}`);
} finally {
  if (!isKept) await database.drop();
}

/** Opens every page, and asks the server how it carries out each statement. */
async function checkPlans(): Promise<number> {
  const { app, db, close } = openSite(database.url);
  let faults = 0;
  try {
    const browsers = createBrowsers(app, db, PASSWORD);
    for (const page of await measuredPages(db, new Date())) {
      const open = await browsers.prepare(page);
      const status = await open();
      let sent: Sent[] = [];
      const took: number[] = [];
      for (let time = 0; time < 5 && status === 200; time += 1) {
        const began = performance.now();
        sent = await recordAsked(open);
        took.push(performance.now() - began);
      }
      const tables = (await Promise.all(sent.map((one) => tablesReadThrough(db, one)))).flat();
      const isSound = status === 200 && tables.length === 0 && sent.length <= MOST_STATEMENTS;
      if (!isSound) faults += 1;
      const median = took.sort((a, b) => a - b)[2] ?? 0;
      const fault =
        status === 200 ? tables.join(', ') && `  reads through: ${tables.join(', ')}` : `  ${status}`;
      console.log(
        `${isSound ? '✓' : '✗'} ${median.toFixed(0).padStart(5)} ms  ${sent.length} statements  ${page.name}${fault}`,
      );
    }
  } finally {
    await close();
  }
  return faults;
}
