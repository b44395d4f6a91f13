import { parseArgs } from 'node:util';
import supertest from 'supertest';
import { hashPassword } from '../../src/platform/security/passwords.ts';
import { createBenchDatabase } from '../database.ts';
import { FULL, fillCatalogue } from './fill.ts';
import { cataloguePages, mySpacePages } from './pages.ts';
import { recordSent, type Sent, tablesReadThrough } from './plans.ts';
import { cookiesOf, openSite, PASSWORD } from './site.ts';

const MOST_STATEMENTS = 4;

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: String(FULL.actions) },
    sessions: { type: 'string', default: String(FULL.sessions) },
    people: { type: 'string', default: String(FULL.people) },
    enrolments: { type: 'string', default: String(FULL.enrolments) },
    /** Leaves the database on the server of DATABASE_URL, and says its address. */
    keep: { type: 'boolean', default: false },
  },
});
const sizes = {
  actions: Number(values.actions),
  sessions: Number(values.sessions),
  people: Number(values.people),
  enrolments: Number(values.enrolments),
};

const database = await createBenchDatabase();
const isKept = values.keep && Boolean(process.env.DATABASE_URL);
try {
  const began = performance.now();
  await fillCatalogue(database.url, sizes, new Date(), await hashPassword(PASSWORD));
  console.log(`${JSON.stringify(sizes)}, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const faults = await checkPlans();
  console.log(faults === 0 ? 'No large table is read through.' : `${faults} faults.`);
  process.exitCode = faults === 0 ? 0 : 1;
  if (isKept) console.log(`Kept: ${database.url}`);
} finally {
  if (!isKept) await database.drop();
}

/** Opens every page of the catalogue, and asks the server how it carries out each statement. */
async function checkPlans(): Promise<number> {
  const { app, db, close } = openSite(database.url);
  let faults = 0;
  try {
    const { slug } = await db('actions')
      .join('sessions', 'sessions.action_id', 'actions.id')
      .where('starts_at', '>', new Date())
      .whereNull('archived_at')
      .whereNotNull('published_at')
      .first('slug');
    const own = await db('enrolments').where({ user_id: 7 }).first('id');
    const pages = [...cataloguePages(slug), ...mySpacePages(7, own.id)];
    const cookies = new Map<number | undefined, string>();
    for (const { name, path, person } of pages) {
      if (!cookies.has(person)) cookies.set(person, await cookiesOf(app, person));
      const open = () =>
        supertest(app)
          .get(path)
          .set('Cookie', cookies.get(person) ?? '');
      await open();
      let sent: Sent[] = [];
      const took: number[] = [];
      for (let time = 0; time < 5; time += 1) {
        const began = performance.now();
        sent = await recordSent(async () => {
          const { status } = await open();
          if (status !== 200) throw new Error(`${path}: ${status}`);
        });
        took.push(performance.now() - began);
      }
      const tables = (await Promise.all(sent.map((one) => tablesReadThrough(db, one)))).flat();
      const isSound = tables.length === 0 && sent.length <= MOST_STATEMENTS;
      if (!isSound) faults += 1;
      const median = took.sort((a, b) => a - b)[2] ?? 0;
      console.log(
        `${isSound ? '✓' : '✗'} ${median.toFixed(0).padStart(5)} ms  ${sent.length} statements  ${name}${
          tables.length > 0 ? `  reads through: ${tables.join(', ')}` : ''
        }`,
      );
    }
  } finally {
    await close();
  }
  return faults;
}
