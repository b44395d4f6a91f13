import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BeforeBaseline } from '#platform/database/migrate.ts';
import { prepareDatabase } from '#platform/database/prepare.ts';
import { createLog } from '#platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { COMPILED_ONCE } from '../../support/process.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const applied = () => database.owner('knex_migrations').orderBy('id').pluck('name');

test('a database that is at the present version is left as it is', async () => {
  const before = await applied();
  await prepareDatabase({ databaseUrl: database.url }, createLog('silent'));
  expect(await applied()).toEqual(before);
});

test('one from before the baseline is refused with a sentence, and not touched', async () => {
  await database.owner('knex_migrations').delete();
  await database.owner('knex_migrations').insert({ name: '20261101_01_platform.ts', batch: 1 });
  const prepare = prepareDatabase({ databaseUrl: database.url }, createLog('silent'));
  await expect(prepare).rejects.toThrow(BeforeBaseline);
  expect(await applied()).toEqual(['20261101_01_platform.ts']);

  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
    encoding: 'utf8',
    env: {
      ...COMPILED_ONCE,
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PORT: '0',
      DATABASE_URL: database.url,
      SMTP_URL: 'smtp://127.0.0.1:1',
      PUBLIC_URL: 'http://localhost:3000',
    },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^Cette base a été créée par une version d’essai.*base vide.*\.demo \(ou celui de DEMO_DIR\)\.$/m,
  );
  expect(stderr).not.toMatch(/^\s+at /m);
});
