import { runMigrations as migrateJobs } from 'graphile-worker';
import type { Knex } from 'knex';
import type pg from 'pg';

/**
 * Brings the schema of the application and of the job queue to the present version.
 * @param db the application's database
 * @param pool the same database, for the queue's own migrations
 */
export async function migrate(db: Knex, pool: pg.Pool): Promise<void> {
  await db.migrate.latest();
  await migrateJobs({ pgPool: pool });
}

/** Whether every migration in the code has been applied. */
export async function isMigrated(db: Knex): Promise<boolean> {
  const [, pending] = (await db.migrate.list()) as [unknown[], unknown[]];
  return pending.length === 0;
}
