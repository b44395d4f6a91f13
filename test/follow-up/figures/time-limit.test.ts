import { expect, test } from 'vitest';
import { refreshFigures } from '#follow-up/figures/service.ts';
import { openDatabase, withSettings } from '#platform/database/connection.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/process.ts';

test('figures are counted for as long as it takes, beyond the time limit of a page', async () => {
  const database = await createTestDatabase();
  const { dependencies, owner } = database;
  const limited = openDatabase(
    withSettings(
      (dependencies.pool.options as { connectionString: string }).connectionString,
      {
        statement_timeout: '100ms',
        lock_timeout: '100ms',
      },
      'over',
    ),
    dependencies.log,
  );
  // Another count holds this one up for longer than that.
  const other = await owner.transaction();
  try {
    await other.raw(`select pg_advisory_xact_lock(hashtext('figures'))`);
    const counted = refreshFigures({ ...dependencies, db: limited.db });
    await Promise.race([
      counted,
      until(async () => {
        const waiting = await owner.raw(
          `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'
              and clock_timestamp() - query_start > interval '300 ms'`,
        );
        return waiting.rows.length === 1;
      }),
    ]);
    await other.rollback();
    await counted;
    expect(await dependencies.db('figures_refresh').first()).toBeDefined();
  } finally {
    if (!other.isCompleted()) await other.rollback();
    await limited.close();
    await database.drop();
  }
});
