import type { Knex } from 'knex';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { MailQueue } from './mail/queue.ts';

/**
 * A capability of the application. What it may declare besides its name is said where it is read, each by its own
 * mechanism (`declare module`): pages and jobs in `feature.ts`, handlers in `events.ts`, requests in the room of requests …
 */
export interface Feature {
  /** Where it stands in `src`. */
  name: string;
}

/** What the whole application stands on; made once by `main.ts`, or by a test with its own database and clock. */
export interface Dependencies {
  config: Config;
  /** Queries and transactions. */
  db: Knex;
  /** The same database for the libraries that want a plain pool (sessions, limits, jobs). */
  pool: pg.Pool;
  clock: Clock;
  log: Logger;
  mail: MailQueue;
  /** The capabilities: what the web server serves, the queue does, and events are told to. */
  features: readonly Feature[];
}
