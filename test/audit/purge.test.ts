import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { monthsBefore, purgeAudit } from '#audit/purge.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { journalOf, lastEntry, writeJournal } from '../support/journal.ts';
import { COMPILED_ONCE, projectPath } from '../support/process.ts';

let database: TestDatabase;
const now = new Date();
beforeAll(async () => {
  database = await createTestDatabase({ now });
});
afterAll(() => database.drop());

const AGES = [0, 5, 7, 11, 13, 40];
beforeEach(async () => {
  const client = await owner();
  await purgeAudit(client, { before: new Date(8.64e15), now });
  await client.end();
  await writeJournal(
    database.dependencies.db,
    AGES.map((months) => ({ at: monthsBefore(now, months), action: 'session.opened' })),
  );
});
const owner = async (url = database.url) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};
const left = () => journalOf(database.dependencies.db, 'session.opened');
const run = (args: string[], environment: Record<string, string> = { DATABASE_OWNER_URL: database.url }) =>
  spawnSync(process.execPath, [projectPath('src/audit-purge.ts'), ...args], {
    env: { ...COMPILED_ONCE, PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });

test('« audit:purge » forgets what is older than a year unless told otherwise, and the journal says so', async () => {
  const done = run([]);
  expect(done.stdout).toMatch(/^2 entrées d’avant le .* effacées\.\n$/);
  expect(done.status).toBe(0);
  expect((await left()).map(({ at }) => at)).toEqual(
    AGES.slice(0, 4).map((months) => monthsBefore(now, months)),
  );
  expect(await lastEntry(database.dependencies.db, 'audit.purged')).toMatchObject({
    actor_id: null,
    way: 'system',
    details: { entries: 2 },
  });
  expect(run(['--mois=36']).stdout).toMatch(/^0 entrées/);
});

test('three years are kept where that is asked for', async () => {
  expect(run(['--mois=36'], { DATABASE_URL: database.url }).stdout).toMatch(/^1 entrées/);
  expect(await left()).toHaveLength(5);
});

test.each([['--mois=5'], ['--mois=0'], ['--mois=-12'], ['--mois=douze'], ['--autre']])(
  '« %s » explains the command and forgets nothing',
  async (argument) => {
    const { status, stderr } = run([argument]);
    expect(status).toBe(1);
    expect(stderr).toContain('npm run audit:purge');
    expect(await left()).toHaveLength(AGES.length);
  },
);

test('the application’s role cannot purge, and is told who can', async () => {
  const url = database.dependencies.pool.options.connectionString ?? '';
  const { status, stderr } = run([], { DATABASE_URL: url });
  expect(status).toBe(1);
  expect(stderr).toContain('DATABASE_OWNER_URL');
  expect(await left()).toHaveLength(AGES.length);
});

test('a purge that fails changes nothing, and the guard stands again', async () => {
  const client = await owner();
  await client.query(
    `alter table audit_entries add constraint unwritable check (action <> 'audit.purged') not valid`,
  );
  await expect(purgeAudit(client, { before: now, now })).rejects.toThrow('unwritable');
  await client.query('alter table audit_entries drop constraint unwritable');
  expect(await left()).toHaveLength(AGES.length);
  for (const mode of ['origin', 'replica']) {
    await client.query(`set session_replication_role = ${mode}`);
    await expect(client.query('delete from audit_entries')).rejects.toThrow('append-only');
  }
  await client.end();
});

test('after a purge the guard stands, for the owner too', async () => {
  const client = await owner();
  await purgeAudit(client, { before: monthsBefore(now, 12), now });
  for (const mode of ['origin', 'replica']) {
    await client.query(`set session_replication_role = ${mode}`);
    await expect(client.query('delete from audit_entries')).rejects.toThrow('append-only');
  }
  await client.end();
});
