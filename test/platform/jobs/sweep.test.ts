import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLiveness } from '#platform/jobs/liveness.ts';
import { startSweep } from '#platform/jobs/sweep.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/process.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The same pool, which says when one more of its queries was answered. */
function observed(pool: pg.Pool): { pool: pg.Pool; answered(count: number): Promise<void> } {
  let answers = 0;
  const query = async (...args: unknown[]) => {
    try {
      return await Reflect.apply(pool.query, pool, args);
    } finally {
      answers += 1;
    }
  };
  return {
    pool: { query } as unknown as pg.Pool,
    answered: (count) => until(async () => answers >= count),
  };
}

test('a worker that shows again after one silent look keeps its jobs; one silent at two looks loses them', async () => {
  const { db, pool, log } = database.dependencies;
  await db.raw(`select graphile_worker.add_job('long')`);
  await db.raw(`update graphile_worker._private_jobs set locked_by = 'pool-late', locked_at = now()`);
  const holder = async () =>
    (await db.raw('select locked_by from graphile_worker.jobs')).rows[0]?.locked_by as string | null;

  const looks = observed(pool);
  const sweep = startSweep(looks.pool, log, { interval: 1000, silence: 1000 });
  try {
    await looks.answered(1);
    const liveness = openLiveness(database.url, log);
    await liveness.hold('pool-late');
    await looks.answered(3);
    expect(await holder()).toBe('pool-late');

    await liveness.release();
    await until(async () => (await holder()) === null);
  } finally {
    sweep.stop();
  }
});
