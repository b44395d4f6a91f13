import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Logger } from 'pino';
import knexConfig from '../../../knexfile.ts';
import { Places } from '../places.ts';
import { failureOf } from './failures.ts';
import { isOutdated, PreparingDialect } from './preparing.ts';

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

/** How much of the server one use of the database may take, and for how long (milliseconds; 0: no limit). */
interface DatabaseUse {
  /** Connections for our queries; of these, those that may be in a transaction at once. */
  queries: number;
  transactions: number;
  /** Connections for the libraries. */
  libraries: number;
  statement: number;
  lock: number;
  /** How long to wait for a connection. */
  connection: number;
}

/**
 * What is done for somebody who waits in front of a page. Whoever waits for a lock gives up after some seconds, and
 * transactions never take all connections: pages, which only read, are served whatever is locked.
 */
const WEB: DatabaseUse = {
  queries: 12,
  transactions: 9,
  libraries: 4,
  statement: 30_000,
  lock: 5_000,
  connection: 5_000,
};
/** What nobody waits for. */
const JOBS: DatabaseUse = {
  queries: 6,
  transactions: 6,
  libraries: 5,
  statement: 120_000,
  lock: 30_000,
  connection: 15_000,
};
/** Migrations: an index on a large table takes as long as it takes. */
const OWNER: DatabaseUse = {
  queries: 2,
  transactions: 2,
  libraries: 2,
  statement: 0,
  lock: 0,
  connection: 15_000,
};
const USES = { web: WEB, jobs: JOBS, owner: OWNER };

/** How many connections a running process opens at most: the two pools of the pages, of the jobs, and the one that shows a worker alive. */
export const MOST_CONNECTIONS = [WEB, JOBS].reduce((sum, use) => sum + use.queries + use.libraries, 1);

/**
 * Opens the database twice over: knex for our queries, a plain pool for the libraries that ask for one.
 * Both replace a connection that the server has closed, so that a restart of PostgreSQL is survived.
 * @param url a `postgres://` address
 * @param log where the loss of an idle connection is noted
 */
export function openDatabase(url: string, log: Logger, use: keyof typeof USES = 'web'): Database {
  const limits = USES[use];
  const connectionString = ourConnection(url, use, {
    statement_timeout: String(limits.statement),
    lock_timeout: String(limits.lock),
    idle_in_transaction_session_timeout: '60000',
  });
  const db = knex({
    ...knexConfig,
    client: PreparingDialect,
    connection: { connectionString, connectionTimeoutMillis: limits.connection },
    pool: { min: 0, max: limits.queries },
    acquireConnectionTimeout: limits.connection,
  });
  boundTransactions(db, new Places(limits.transactions, limits.connection));
  const pool = new pg.Pool({
    connectionString,
    max: limits.libraries,
    connectionTimeoutMillis: limits.connection,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  // A connection can be lost while it is lent; whoever holds it learns of it by the failure of their query.
  pool.on('connect', (client) => void client.on('error', () => {}));
  runOutdatedAgain(pool);
  return {
    db,
    pool,
    async close() {
      await db.destroy();
      await pool.end();
    },
  };
}

// A transaction asks for its place before it takes a connection. Its failures are told here by what they mean, for
// those who do several in a row and say what became of each.
function boundTransactions(db: Knex, places: Places): void {
  const begin = db.transaction.bind(db) as (...args: unknown[]) => Promise<unknown>;
  const bounded = async (...args: unknown[]) => {
    if (typeof args[0] !== 'function') return begin(...args);
    try {
      return await places.with(() => begin(...args));
    } catch (error) {
      throw failureOf(error) ?? error;
    }
  };
  Object.defineProperty(db, 'transaction', { value: bounded });
}

// The pool closes a connection in which a statement failed; the next one may have lost what it had prepared as well.
function runOutdatedAgain(pool: pg.Pool): void {
  const send = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  const query = async (...args: unknown[]) => {
    try {
      return await send(...args);
    } catch (error) {
      const [statement, ...rest] = args;
      if (!isOutdated(error) || typeof statement !== 'object') throw error;
      return send({ ...statement, name: undefined }, ...rest);
    }
  };
  Object.defineProperty(pool, 'query', { value: query });
}

/**
 * The same address, whose connections say to `pg_stat_activity` what they are for, « parcourspro web » for instance,
 * save where the address itself gives them a name.
 * @param settings beside those of all our connections
 */
export function ourConnection(
  databaseUrl: string,
  purpose: string,
  settings: Readonly<Record<string, string>> = {},
): string {
  // Compiling a statement takes longer than any of ours does.
  const url = new URL(withSettings(databaseUrl, { jit: 'off', ...settings }));
  if (!url.searchParams.has('application_name')) {
    url.searchParams.set('application_name', `parcourspro ${purpose}`);
  }
  return url.href;
}

/**
 * The same address, whose connections begin with these settings.
 * @param precedence whether they stand `under` what the address itself asks for, or `over` it
 */
export function withSettings(
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
  precedence: 'under' | 'over' = 'under',
): string {
  const url = new URL(databaseUrl);
  const ours = Object.entries(settings).map(
    ([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`,
  );
  const asked = url.searchParams.get('options') ?? '';
  // Of two values of one setting PostgreSQL takes the last.
  const all = precedence === 'under' ? [...ours, asked] : [asked, ...ours];
  url.searchParams.set('options', all.filter(Boolean).join(' '));
  return url.href;
}
