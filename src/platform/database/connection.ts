import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Logger } from 'pino';
import knexConfig from '../../../knexfile.ts';

// A calendar day has no time zone: keep it as 'YYYY-MM-DD' rather than midnight somewhere.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
// count(*) is a bigint; none of ours comes near 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

export interface Database {
  db: Knex;
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens the database twice over: knex for our queries, a plain pool for the libraries that ask for one.
 * Both replace a connection that the server has closed, so that a restart of PostgreSQL is survived.
 * @param url a `postgres://` address
 * @param log where the loss of an idle connection is noted
 */
export function openDatabase(url: string, log: Logger): Database {
  const timeouts = { statement_timeout: 30_000, idle_in_transaction_session_timeout: 60_000 };
  const db = knex({
    ...knexConfig,
    connection: { connectionString: url, ...timeouts },
    pool: { min: 0, max: 12 },
    acquireConnectionTimeout: 15_000,
  });
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000 });
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  // A connection can be lost while it is lent; whoever holds it learns of it by the failure of their query.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return {
    db,
    pool,
    async close() {
      await db.destroy();
      await pool.end();
    },
  };
}
