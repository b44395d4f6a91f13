import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { startCompanion } from '#demo/companion.ts';
import { ownerDatabaseUrl } from '#platform/config.ts';
import knexConfig from '../knexfile.ts';

/** A database for one benchmark, with the application's schema and nothing in it. */
export interface BenchDatabase {
  url: string;
  /** Drops the database; stops the server and removes its files where it was ours. */
  drop(): Promise<void>;
}

/**
 * On the server that the environment names as it does for a command (a new database, never the given one), else on an
 * embedded PostgreSQL.
 */
export async function createBenchDatabase(): Promise<BenchDatabase> {
  const given = ownerDatabaseUrl(process.env);
  const server = given ? undefined : await startServer();
  const base = given ?? (server?.url as string);
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const url = Object.assign(new URL(base), { pathname: `/${name}` }).href;
  const drop = async () => {
    await administer(base, `drop database if exists ${name} with (force)`);
    await server?.stop();
  };
  try {
    await administer(base, `create database ${name}`);
    const db = knex({ ...knexConfig, connection: url });
    await db.migrate.latest().finally(() => db.destroy());
  } catch (error) {
    await drop();
    throw error;
  }
  return { url, drop };
}

/** One connection through knex, so that what is compared travels the same way. */
export const openOne = (url: string): Knex =>
  knex({ ...knexConfig, connection: url, pool: { min: 1, max: 1 } });

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-bench-'));
  // Run as root, the server belongs to another user, who must be able to enter.
  chmodSync(directory, 0o755);
  const flags = ['shared_buffers=1GB', 'max_wal_size=8GB'].flatMap((flag) => ['-c', flag]);
  const script = new URL('../src/demo/postgres-process.ts', import.meta.url);
  const companion = await startCompanion(script, [path.join(directory, 'postgres'), ...flags]);
  return {
    url: companion.ready,
    async stop() {
      await companion.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
