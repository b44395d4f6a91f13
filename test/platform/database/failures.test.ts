import { readFileSync } from 'node:fs';
import type { Knex } from 'knex';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '#demo/ports.ts';
import { connectCommand } from '#platform/database/command.ts';
import { MOST_CONNECTIONS, openDatabase } from '#platform/database/connection.ts';
import { failureOf } from '#platform/database/failures.ts';
import { openLiveness } from '#platform/jobs/liveness.ts';
import { createApp } from '../../../src/app.ts';
import { createTestSite, type TestSite, Visitor } from '../../support/app.ts';
import { countWaiting } from '../../support/database.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';
import { projectPath, until } from '../../support/process.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';

let site: TestSite;
let person: Visitor;
let email: string;
let sessionCookie: string;
beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  ({ email } = await createUser(db, { affiliations: { [await createStructure(db)]: [] } }));
  person = site.visitor();
  const signIn = await person.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  sessionCookie = /session=[^;]+/.exec(String(signIn.headers['set-cookie']))?.[0] ?? '';
  await site.owner.raw(`
    create function fail_as_told() returns trigger language plpgsql as
    $$ begin raise exception 'told to fail' using errcode = current_setting('test.failure'); end $$`);
});
afterAll(() => site.close());

type Answer = { status: number; text: string; headers: Record<string, string> };

/** The site's own page, without a word of a library's. */
function expectUnavailable(answer: Answer, title = 'Site momentanément indisponible'): void {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.text).toContain(title);
  expect(answer.text).toContain('href="/aide"');
  expect(answer.text).not.toMatch(/told to fail|knex|timeout|ECONN/i);
}

const UNAVAILABLE = 'Site momentanément indisponible';
const BUSY = 'Beaucoup de monde à la fois';

beforeEach(() => forgetAttempts(site.owner));

describe.each([
  ['our own queries', 'password_resets'],
  ['the libraries’ pool', 'rate_limits'],
])('what PostgreSQL refuses to %s', (_whose, table) => {
  beforeAll(() =>
    site.owner.raw(
      `create trigger fail_as_told before insert on ${table} for each row execute function fail_as_told()`,
    ),
  );
  afterAll(() => site.owner.raw(`drop trigger fail_as_told on ${table}`));

  test.each([
    ['53100', 'the disk is full', UNAVAILABLE],
    ['53200', 'no memory is left', UNAVAILABLE],
    ['57014', 'a statement took too long', UNAVAILABLE],
    ['57P01', 'the server is stopped', UNAVAILABLE],
    ['57P03', 'the server starts', UNAVAILABLE],
    ['58030', 'the disk cannot be read', UNAVAILABLE],
    ['25006', 'the server only reads', UNAVAILABLE],
    ['40001', 'transactions cannot follow one another', BUSY],
    ['40P01', 'transactions wait for each other', BUSY],
    ['55P03', 'a lock was waited for too long', BUSY],
  ])('%s, %s: 503', async (code, _why, title) => {
    await site.owner.raw(`alter database :name: set test.failure = '${code}'`, {
      name: new URL(site.url).pathname.slice(1),
    });
    const { app, close } = await anotherApplication();
    const asked = await new Visitor(app).submit('/mot-de-passe-oublie', { email });
    expectUnavailable(asked as never, title);
    await close();
  });

  test.each([
    ['42P01', 'a table that is not there'],
    ['08P01', 'values that are not those of the statement'],
  ])('%s, %s, is wrong in a statement of ours: a 500', async (code) => {
    await site.owner.raw(`alter database :name: set test.failure = '${code}'`, {
      name: new URL(site.url).pathname.slice(1),
    });
    const { app, close } = await anotherApplication();
    expect((await new Visitor(app).submit('/mot-de-passe-oublie', { email })).status).toBe(500);
    await close();
  });
});

test('what may be a fault of ours is logged as an error, though the page says to try again', async () => {
  const said: { level: number; err?: { message: string } }[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line)) });
  await site.owner.raw(
    'create trigger fail_as_told before insert on password_resets for each row execute function fail_as_told()',
  );
  for (const [code, level] of [
    ['57014', 50],
    ['57P01', 40],
  ]) {
    await site.owner.raw(`alter database :name: set test.failure = '${code}'`, {
      name: new URL(site.url).pathname.slice(1),
    });
    const { app, close } = await anotherApplication(undefined, log);
    expectUnavailable((await new Visitor(app).submit('/mot-de-passe-oublie', { email })) as never);
    expect(said.filter(({ err }) => err).at(-1)?.level, String(code)).toBe(level);
    await close();
  }
  await site.owner.raw('drop trigger fail_as_told on password_resets');
});

test('what the connections of the libraries had prepared is thrown away: nobody notices', async () => {
  const { app, pool, close } = await anotherApplication();
  const visitor = new Visitor(app);
  const account = () => visitor.get('/mon-compte').set('Cookie', sessionCookie);
  expect((await account()).status).toBe(200);
  const lent = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
  for (const client of lent) {
    await client.query('deallocate all');
    client.release();
  }
  expect((await account()).status).toBe(200);
  await close();
});

test('a statement asked after the end of its transaction, or a pooler that hangs up: told, and which may be ours', async () => {
  let late: Knex.Transaction | undefined;
  await site.dependencies.db.transaction(async (trx) => {
    late = trx;
  });
  const tooLate = await late?.raw('select 1').catch((error: unknown) => error);
  expect(failureOf(tooLate)).toMatchObject({ status: 503, mayBeOurs: true });
  // As PgBouncer says it: whatever its reason, with the end of the connection.
  const hungUp = Object.assign(new Error('query_wait_timeout'), { code: '08P01', severity: 'FATAL' });
  expect(failureOf(hungUp)).toMatchObject({ status: 503, mayBeOurs: false });
});

test('every connection says what it is for, and compiles no statement, save where its address says otherwise', async () => {
  const liveness = openLiveness(site.url, site.dependencies.log);
  await liveness.hold('a-pool');
  const command = await connectCommand(site.url);
  const named = await connectCommand(`${site.url}?application_name=cron`);
  const names = (await site.owner.raw('select application_name as name from pg_stat_activity')).rows;
  const asked = `select current_setting('jit') as jit, current_setting('application_name') as name`;
  expect((await command.query(asked)).rows).toEqual([{ jit: 'off', name: 'parcourspro command' }]);
  expect((await named.query(asked)).rows).toEqual([{ jit: 'off', name: 'cron' }]);
  for (const purpose of ['liveness', 'web']) expect(names).toContainEqual({ name: `parcourspro ${purpose}` });
  await Promise.all([command.end(), named.end(), liveness.release()]);
});

/** The application with connections of its own to the same database, or to `url`. */
async function anotherApplication(url?: string, log = site.dependencies.log) {
  const { config, pool } = site.dependencies;
  const address = url ?? (pool.options as { connectionString: string }).connectionString;
  const database = openDatabase(address, log);
  const app = createApp({ ...site.dependencies, config, log, db: database.db, pool: database.pool });
  return { app, ...database };
}

test('no database at all: 503 for whoever has a session, and for a page that reads', async () => {
  const { app, close } = await anotherApplication(
    `postgres://nobody:nothing@127.0.0.1:${await freePort()}/x`,
  );
  const visitor = new Visitor(app);
  expectUnavailable((await visitor.get('/parcourspro/actions')) as never);
  expectUnavailable((await visitor.get('/').set('Cookie', sessionCookie)) as never);
  await close();
});

test('the server cuts the connection while a request waits: 503', async () => {
  const { db } = site.dependencies;
  const holder = await site.owner.transaction();
  try {
    await holder.raw('lock table password_resets');
    const answer = Promise.resolve(site.visitor().submit('/mot-de-passe-oublie', { email }));
    await until(async () => (await countWaiting(db)) === 1);
    await site.owner.raw(
      `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where a.datname = current_database() and not l.granted`,
    );
    expectUnavailable((await answer) as never);
  } finally {
    await holder.rollback();
  }
});

// Both at once, each in an application of its own: it is the wait for a connection that ends them.
describe.concurrent('every connection is taken: 503 after some seconds', () => {
  test('in the pool of our queries', async () => {
    const { app, db, close } = await anotherApplication();
    const most = db.client.pool.max as number;
    const taken = await Promise.all(Array.from({ length: most }, () => db.client.acquireConnection()));
    expectUnavailable((await new Visitor(app).get('/parcourspro/actions')) as never);
    for (const connection of taken) await db.client.releaseConnection(connection);
    await close();
  });

  test('in the pool of the libraries', async () => {
    const { app, pool, close } = await anotherApplication();
    const lent = await Promise.all(Array.from({ length: pool.options.max as number }, () => pool.connect()));
    expectUnavailable((await new Visitor(app).get('/mon-compte').set('Cookie', sessionCookie)) as never);
    for (const client of lent) client.release();
    await close();
  });
});

test('both pools have the same limits, and no statement is compiled', async () => {
  const { db, pool } = site.dependencies;
  const asked = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
                        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('jit') as jit`;
  const limits = { statement: '30s', lock: '5s', idle: '1min', jit: 'off' };
  expect((await db.raw(asked)).rows).toEqual([limits]);
  expect((await pool.query(asked)).rows).toEqual([limits]);
});

test('a table that was never analysed is, when the application starts', async () => {
  const { prepareDatabase } = await import('#platform/database/prepare.ts');
  await site.owner.raw(`select pg_clear_relation_stats('public', 'enrolment_settings')`);
  await prepareDatabase({ databaseUrl: site.url }, site.dependencies.log);
  const client = new pg.Client({ connectionString: site.url });
  await client.connect();
  const { rows } = await client.query(
    `select reltuples from pg_class where oid = 'public.enrolment_settings'::regclass`,
  );
  await client.end();
  expect(rows).toEqual([{ reltuples: 1 }]);
});

test('the operator’s guide says how many connections a process opens', () => {
  const guide = readFileSync(projectPath('docs/exploitation.md'), 'utf8');
  expect(guide).toContain(`Un processus ouvre ${MOST_CONNECTIONS} connexions`);
});
