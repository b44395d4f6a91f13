import { afterAll, beforeAll, expect, test } from 'vitest';
import { followDatabaseClock } from '#platform/database/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('computers minutes apart tell the time of their database', async () => {
  const { pool, log } = database.dependencies;
  for (const wrong of [-300_000, 0, 300_000]) {
    const clock = await followDatabaseClock(pool, log, () => Date.now() + wrong);
    clock.stop();
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000);
  }
});

test('with the database away, the last known difference stays', async () => {
  const { log } = database.dependencies;
  const other = await createTestDatabase();
  const clock = await followDatabaseClock(other.dependencies.pool, log, () => Date.now() + 300_000);
  clock.stop();
  await other.drop();
  await clock.measure();
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000);
});
