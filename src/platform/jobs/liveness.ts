import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { ourConnection } from '../database/connection.ts';

/** First half of the advisory lock that a living worker pool holds; the second is the hash of its name. */
const LOCK_SPACE = 0x6a6f6273;

/** Before the server drops the lock of a computer that has gone without a word: its system would wait for two hours. */
const KEEPALIVES =
  'set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

/** What shows the other processes which worker pools live here. */
export interface Liveness {
  /** Shows that a pool of this name lives, until `drop`; resolves once it shows. Never rejects. */
  hold(name: string): Promise<void>;
  /** The pool has ended. */
  drop(name: string): Promise<void>;
  /** Resolves when every name shows: at once, save where the connection was lost. No job is to be begun before. */
  held(): Promise<void>;
  /** Lets go of whoever waits while the database is away; what is held stays so until `release`. */
  stopWaiting(): void;
  release(): Promise<void>;
}

/**
 * Shows the other processes which pools of workers live in this one, by an advisory lock for each, on a connection of
 * their own. A name is what the queue locks jobs under: the pool's, not the worker's. PostgreSQL drops the locks the
 * moment the process dies, so that its jobs need not wait for the queue's time-out of four hours. The connection is
 * made anew when the server restarts; the locks are shared, so that it need not wait for the server to notice that the
 * former is gone.
 */
export function openLiveness(databaseUrl: string, log: Logger): Liveness {
  const names = new Set<string>();
  const locked = new Set<string>();
  const ended = new AbortController();
  let client: pg.Client | undefined;
  let current = Promise.resolve();

  function lose(lost: pg.Client): void {
    if (client !== lost) return;
    client = undefined;
    locked.clear();
    if (!ended.signal.aborted) void settle();
  }

  async function connect(): Promise<void> {
    const candidate = new pg.Client({
      connectionString: ourConnection(databaseUrl, 'liveness'),
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    candidate.on('error', (error) => log.warn({ err: error }, 'worker liveness connection lost'));
    candidate.on('end', () => lose(candidate));
    try {
      await candidate.connect();
      await candidate.query(KEEPALIVES);
      client = candidate;
    } catch (error) {
      candidate.end().catch(() => {});
      throw error;
    }
  }

  async function lockAll(): Promise<void> {
    while (!ended.signal.aborted && (!client || [...names].some((name) => !locked.has(name)))) {
      try {
        if (!client) await connect();
        for (const name of names) {
          if (locked.has(name)) continue;
          await client?.query('select pg_advisory_lock_shared($1, hashtext($2))', [LOCK_SPACE, name]);
          locked.add(name);
        }
      } catch {
        client?.end().catch(() => {});
        client = undefined;
        locked.clear();
        await delay(300, undefined, { signal: ended.signal }).catch(() => {});
      }
    }
  }

  function settle(): Promise<void> {
    current = current.then(lockAll);
    return current;
  }

  return {
    hold(name) {
      names.add(name);
      return settle();
    },
    async drop(name) {
      names.delete(name);
      await current;
      if (locked.delete(name))
        await client
          ?.query('select pg_advisory_unlock_shared($1, hashtext($2))', [LOCK_SPACE, name])
          .catch(() => {});
    },
    held: settle,
    stopWaiting: () => ended.abort(),
    async release() {
      ended.abort();
      await current;
      await client?.end().catch(() => {});
    },
  };
}

/** The names under which jobs are locked though no living process shows them. */
export async function findSilentWorkers(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select locked_by as name
       from (
         select locked_by from graphile_worker._private_jobs where locked_by is not null
         union
         select locked_by from graphile_worker._private_job_queues where locked_by is not null
       ) busy
      where not exists (
        select from pg_locks
         where locktype = 'advisory' and classid = $1::oid and granted
           and objid = (hashtext(locked_by)::bigint & 4294967295)::oid
           and database = (select oid from pg_database where datname = current_database()))
      order by name`,
    [LOCK_SPACE],
  );
  return rows.map(({ name }) => name);
}

/** Gives back to the queue the jobs that these workers had begun. */
export async function releaseJobsOf(pool: pg.Pool, workers: readonly string[]): Promise<void> {
  await pool.query('select graphile_worker.force_unlock_workers($1::text[])', [[...workers]]);
}
