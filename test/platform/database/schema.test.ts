import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readSchema } from '../../support/schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** `npm run schema` writes the file anew: a migration is read in the difference. */
test('migrations/schema.sql is what the migrations make', async () => {
  const schema = await readSchema(database.owner);
  await expect(schema).toMatchFileSnapshot('../../../migrations/schema.sql');
});

test('no question mark of a function was taken for a binding', async () => {
  expect(await readSchema(database.owner)).not.toMatch(/\$\d/);
});
