import { runMigrations as migrateJobs } from 'graphile-worker';
import type { Knex } from 'knex';
import type pg from 'pg';
import { query } from './query.ts';

/**
 * Brings the schema of the application and of the job queue to the present version, and has PostgreSQL look at what
 * the tables hold: by itself it never does for those of a few rows, and plans badly without.
 * @param db the application's database
 * @param pool the same database, for the queue's own migrations
 */
export async function migrate(db: Knex, pool: pg.Pool): Promise<void> {
  const [, applied] = (await db.migrate.latest()) as [number, string[]];
  await migrateJobs({ pgPool: pool });
  const tables = applied.length > 0 ? [''] : await findNeverAnalysed(db);
  for (const table of tables) await db.raw(`analyze ${table}`);
}

/** Those of a base that was just restored, for instance: a dump does not tell what it holds. Names are quoted. */
async function findNeverAnalysed(db: Knex): Promise<string[]> {
  const rows = await query<{ name: string }[]>(
    db,
    `select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.reltuples < 0
        and pg_has_role(c.relowner, 'USAGE')`,
  );
  return rows.map(({ name }) => name);
}

/** Whether every migration in the code has been applied. */
export async function isMigrated(db: Knex): Promise<boolean> {
  const [, pending] = (await db.migrate.list()) as [unknown[], unknown[]];
  return pending.length === 0;
}
