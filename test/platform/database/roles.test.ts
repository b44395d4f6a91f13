import { randomBytes } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { prepareDatabase, takingRole } from '#platform/database/prepare.ts';
import { createLog } from '#platform/log.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';
import { HttpVisitor, startAppProcess, until } from '../../support/process.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  await createUser(db, { affiliations: { [await createStructure(db)]: [] } });
  await db('audit_entries').insert({ at: new Date(), action: 'session.opened', way: 'page' });
});
afterAll(() => site.close());

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What the server says to each statement, on one connection. */
async function answers(url: string, statements: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const said: string[] = [];
  for (const statement of statements) {
    said.push(
      await client.query(statement).then(
        () => 'done',
        (error) => error.message,
      ),
    );
  }
  await client.end();
  return said;
}
const asSuperuser = (...statements: string[]) => answers(site.url, statements);
const applicationUrl = () => takingRole(site.url, 'parcours_application');

const REWRITING = ['audit_entries', 'enrolment_history'].flatMap((table) => [
  `update ${table} set at = at`,
  `delete from ${table}`,
  `truncate ${table}`,
  `truncate ${table} cascade`,
  `alter table ${table} disable trigger all`,
  `drop trigger ${table}_append_only on ${table}`,
  `alter table ${table} owner to current_user`,
  `drop table ${table}`,
  `grant update on ${table} to current_user`,
  `select 1 from ${table} for update`,
]);
const AROUND = [
  'set session_replication_role = replica',
  "create or replace function refuse_change() returns trigger language plpgsql as 'begin return null; end'",
  'drop function refuse_change() cascade',
  'create table public.mine (id int)',
  'create role another',
  "update knex_migrations set name = 'autre'",
];
const REFUSED = /permission denied|must be owner/;

describe('the application’s role', () => {
  test.each([...REWRITING, ...AROUND])('is refused « %s »', async (statement) => {
    const [said] = await answers(applicationUrl(), [statement]);
    if (statement.startsWith('grant')) {
      // The server warns and gives nothing.
      const [, still] = await answers(applicationUrl(), [statement, 'update audit_entries set at = at']);
      expect(still).toMatch(REFUSED);
    } else expect(said).toMatch(REFUSED);
  });

  test('stays so after « reset role » and « discard all »; « set role none » is where one address ends', async () => {
    const rewrite = 'delete from audit_entries';
    expect(await answers(applicationUrl(), ['reset role', rewrite])).toEqual([
      'done',
      expect.stringMatching(REFUSED),
    ]);
    expect(await answers(applicationUrl(), ['discard all', rewrite])).toEqual([
      'done',
      expect.stringMatching(REFUSED),
    ]);
    // With one address the connection is the owner's: whoever can send any statement finds back to it, and meets the
    // trigger only. Two addresses close this.
    expect(await answers(applicationUrl(), ['set role none', rewrite])).toEqual([
      'done',
      'audit_entries is append-only',
    ]);
  });

  test('is the one under which this suite’s application works', async () => {
    const { db, pool } = site.dependencies;
    const sql = 'select current_user as name';
    expect((await db.raw(sql)).rows[0].name).toBe('parcours_application');
    expect((await pool.query(sql)).rows[0].name).toBe('parcours_application');
    expect((await site.owner.raw(sql)).rows[0].name).toBe('parcours');
  });
});

test('the trigger also stands where replication puts triggers to sleep', async () => {
  expect(await asSuperuser('set session_replication_role = replica', 'delete from audit_entries')).toEqual([
    'done',
    'audit_entries is append-only',
  ]);
});

/** A login role of its own name, and the address of a database for it. */
async function createLogin(
  attributes: string,
): Promise<{ role: string; urlOf: (database: string) => string }> {
  const role = `essai_${randomBytes(5).toString('hex')}`;
  await asSuperuser(`create role ${role} login password 'essai' ${attributes}`);
  cleanups.push(() => asSuperuser(`drop owned by ${role}`, `drop role ${role}`));
  return {
    role,
    urlOf: (database) =>
      Object.assign(new URL(site.url), { username: role, password: 'essai', pathname: `/${database}` }).href,
  };
}
async function createDatabase(owner: string): Promise<string> {
  const name = `essai_${randomBytes(5).toString('hex')}`;
  await asSuperuser(`create database ${name} owner ${owner}`);
  cleanups.push(() => asSuperuser(`drop database ${name} with (force)`));
  return name;
}
const quiet = createLog('silent');

test('two addresses: the application’s login can neither rewrite nor find back to the owner, and the site works', async () => {
  const { role, urlOf } = await createLogin('');
  const name = new URL(site.url).pathname.slice(1);
  const application = urlOf(name);
  const user = await createUser(site.dependencies.db);
  const app = await startAppProcess({
    DATABASE_URL: application,
    DATABASE_OWNER_URL: site.url,
    SMTP_URL: site.mailbox.smtpUrl,
  });
  cleanups.push(() => app.terminate());
  expect(app.output()).not.toContain('audit journal');
  const visitor = new HttpVisitor(app.url);
  // Sessions, limits, the journal, the queue and its worker: all under the login.
  const signIn = { identifiant: user.email, mot_de_passe: TEST_PASSWORD };
  expect((await visitor.submit('/connexion', signIn)).status).toBe(303);
  await visitor.submit('/mot-de-passe-oublie', { email: user.email }, '/mon-compte');
  await until(async () => site.mailbox.to(user.email).length > 0);
  const connections = await site
    .owner('pg_stat_activity')
    .where({ datname: name, usename: role })
    .select('pid');
  expect(connections.length).toBeGreaterThan(0);

  const said = await answers(application, [
    ...REWRITING.filter((one) => !one.startsWith('grant')),
    ...AROUND,
  ]);
  for (const one of said) expect(one).toMatch(REFUSED);
  expect(
    await answers(application, [
      'set role none',
      'delete from audit_entries',
      'set role parcours',
      'set role parcours_application',
    ]),
  ).toEqual([
    'done',
    expect.stringMatching(REFUSED),
    expect.stringMatching(REFUSED),
    expect.stringMatching(REFUSED),
  ]);
});

describe('an owner that is no superuser', () => {
  test('makes the role for its database, once, however many start together', async () => {
    const { role, urlOf } = await createLogin('createrole');
    const databases = [await createDatabase(role), await createDatabase(role)];
    const starts = [...databases, ...databases, ...databases].map((name) =>
      prepareDatabase({ databaseUrl: urlOf(name) }, quiet),
    );
    const urls = await Promise.all(starts);
    cleanups.push(() => asSuperuser(`drop owned by ${role}_application`, `drop role ${role}_application`));
    cleanups.push(async () => {
      for (const name of databases) await asSuperuser(`drop database ${name} with (force)`);
    });
    for (const [index, url] of urls.entries()) {
      expect(url).toBe(takingRole(urlOf(databases[index % 2] ?? ''), `${role}_application`));
      expect(await answers(url, ['select * from users', 'delete from audit_entries'])).toEqual([
        'done',
        expect.stringMatching(REFUSED),
      ]);
    }
  });

  test('and may not make roles: the site starts, and the log says what is missing', async () => {
    const { role, urlOf } = await createLogin('');
    const url = urlOf(await createDatabase(role));
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    expect(await prepareDatabase({ databaseUrl: url }, log)).toBe(url);
    expect(lines.join('')).toContain('this database role could change the audit journal');
    expect(await answers(url, ['delete from audit_entries'])).toEqual(['audit_entries is append-only']);
  });
});

test('an address keeps its other options', () => {
  const url = takingRole('postgres://a:b@h/d?options=-c%20search_path%3Dx&sslmode=require', 'my role');
  expect(new URL(url).searchParams.get('options')).toBe('-c search_path=x -c role=my\\ role');
  expect(new URL(url).searchParams.get('sslmode')).toBe('require');
});
