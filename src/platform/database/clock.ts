import { setInterval } from 'node:timers';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/** How often the clock of this computer is compared with the server's. */
const INTERVAL_MS = 60_000;
/** An answer that takes longer says too little of when it was given. */
const LONGEST_MS = 500;

/** The database's clock, as far as this process can tell it without asking. */
export interface DatabaseClock extends Clock {
  /** Compares again; the former difference stays where the database does not answer (at once). */
  measure(): Promise<void>;
  stop(): void;
}

/**
 * A clock that shows the time of the database server, so that what several computers date falls in one order: by their
 * own clocks, two seconds apart, somebody would overtake whoever asked before them.
 * @param own the clock of the computer, whose difference to the server's is measured now and every minute
 */
export async function followDatabaseClock(
  pool: pg.Pool,
  log: Logger,
  own: () => number = Date.now,
): Promise<DatabaseClock> {
  let difference = 0;
  async function measure(): Promise<void> {
    try {
      const asked = own();
      const { rows } = await pool.query<{ at: number }>(
        'select cast(extract(epoch from clock_timestamp()) * 1000 as float8) as at',
      );
      const answered = own();
      if (answered - asked > LONGEST_MS) return;
      difference = (rows[0]?.at ?? asked) - (asked + answered) / 2;
    } catch (error) {
      log.debug({ err: error }, 'the database’s clock could not be read');
    }
  }
  await measure();
  const timer = setInterval(measure, INTERVAL_MS);
  timer.unref();
  return {
    now: () => new Date(own() + difference),
    measure,
    stop: () => clearInterval(timer),
  };
}
