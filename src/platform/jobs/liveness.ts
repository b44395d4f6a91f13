import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

/** First half of the advisory lock that a living worker holds; the second is the hash of its name. */
const LOCK_SPACE = 0x6a6f6273;

interface Liveness {
  /** Resolves once the lock is held. */
  held(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Shows the other processes that this worker lives, by holding an advisory lock on a connection of its own.
 * PostgreSQL drops it the moment the process dies, so a killed worker's jobs need not wait for the
 * queue's time-out of four hours. The connection is made anew when the server restarts.
 */
export function holdLiveness(databaseUrl: string, workerId: string, log: Logger): Liveness {
  let client: pg.Client | undefined;
  let released = false;
  let current: Promise<void> = connect();

  async function connect(): Promise<void> {
    while (!released) {
      const candidate = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
      try {
        candidate.on('error', (error) => log.warn({ err: error }, 'worker liveness connection lost'));
        candidate.on('end', () => {
          if (!released && client === candidate) current = connect();
        });
        await candidate.connect();
        await candidate.query('select pg_advisory_lock($1, hashtext($2))', [LOCK_SPACE, workerId]);
        client = candidate;
        return;
      } catch {
        await candidate.end().catch(() => {});
        await delay(300);
      }
    }
  }

  return {
    held: () => current,
    async release() {
      released = true;
      await current;
      await client?.end().catch(() => {});
    },
  };
}

/** Gives back to the queue the jobs that a killed process had begun. */
export async function releaseJobsOfDeadWorkers(pool: pg.Pool, log: Logger): Promise<void> {
  const { rows } = await pool.query(
    `select graphile_worker.force_unlock_workers(array_agg(locked_by)), array_agg(locked_by) as dead
       from (
         select distinct locked_by from graphile_worker._private_jobs where locked_by is not null
         union
         select distinct locked_by from graphile_worker._private_job_queues where locked_by is not null
       ) busy
      where not exists (
        select from pg_locks
         where locktype = 'advisory' and classid = $1::oid and granted
           and objid = (hashtext(locked_by)::bigint & 4294967295)::oid
           and database = (select oid from pg_database where datname = current_database()))
     having count(*) > 0`,
    [LOCK_SPACE],
  );
  if (rows.length > 0) log.warn({ workers: rows[0].dead }, 'jobs of dead workers released');
}
