import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Tables out of which the application takes rows, one at a time, while a page waits. */
const SHRINKING = [
  'sessions',
  'slots',
  'affiliations',
  'saved_searches',
  'session_documents',
  'hr_delegations',
];

test('whatever points to a row that may go is found by an index: taking it away reads no table through', async () => {
  const { rows } = await database.dependencies.db.raw(
    `select c.conrelid::regclass || '.' || a.attname as column
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.confrelid = any(cast(? as regclass[]))
        and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`,
    [SHRINKING],
  );
  expect(rows).toEqual([]);
});
