import { runMigrations as migrateJobs } from 'graphile-worker';
import type { Knex } from 'knex';
import type pg from 'pg';
import { query } from './query.ts';

/**
 * Brings the schema of the application and of the job queue to the present version, and has PostgreSQL look at what
 * the tables hold: by itself it never does for those of a few rows, and plans badly without.
 * @param db the application's database
 * @param pool the same database, for the queue's own migrations
 * @throws BeforeBaseline and changes nothing
 */
export async function migrate(db: Knex, pool: pg.Pool): Promise<void> {
  await refuseBeforeBaseline(db);
  const [, applied] = (await db.migrate.latest()) as [number, string[]];
  await migrateJobs({ pgPool: pool });
  const tables = applied.length > 0 ? [''] : await findNeverAnalysed(db);
  for (const table of tables) await db.raw(`analyze ${table}`);
}

/** The database was made before the baseline, by migrations that are gone: nothing here can bring it further. */
export class BeforeBaseline extends Error {
  override name = 'BeforeBaseline';
  constructor() {
    super(
      'Cette base a été créée par une version d’essai, d’avant le schéma de départ\u00a0: cette version ne peut pas la reprendre, et n’y a rien changé. Donnez-lui une base vide\u00a0; pour la démonstration, supprimez le dossier .demo (ou celui de DEMO_DIR).',
    );
  }
}

/** Where something was applied, but not what comes first here, it was another list of migrations. */
async function refuseBeforeBaseline(db: Knex): Promise<void> {
  if (!(await db.schema.hasTable('knex_migrations'))) return;
  const applied: string[] = await db('knex_migrations').pluck('name');
  if (applied.length > 0 && !applied.includes('01_platform.ts')) throw new BeforeBaseline();
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
