import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import pg from 'pg';
import { inject } from 'vitest';
import type { Clock } from '#platform/clock.ts';
import { type Config, readConfig } from '#platform/config.ts';
import { openDatabase, withSettings } from '#platform/database/connection.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Feature } from '#platform/feature.ts';
import { createLog } from '#platform/log.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { createMailQueue } from '#platform/mail/queue.ts';
import { features } from '../../src/features.ts';

/** A clock that a test sets and moves. */
export interface TestClock extends Clock {
  set(moment: Date | string): void;
  advance(milliseconds: number): void;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Starts at the computer's time unless told otherwise, and stands still until moved. */
export function createTestClock(start: Date | string = new Date()): TestClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    set: (moment) => {
      now = new Date(moment);
    },
    advance: (milliseconds) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
}

export interface TestDatabase {
  /** The address with which an installation starts: the owner's. */
  url: string;
  /** What the application stands on, under the role that it has in an installation. */
  dependencies: Dependencies;
  /** The same database as the owner of its tables, for what the application may not do. */
  owner: Knex;
  clock: TestClock;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  now?: Date | string;
  /** The database to copy, when it is not the migrated template. Nobody may be connected to it. */
  from?: string;
  /** PostgreSQL's settings for the application's connections, instead of ours. */
  settings?: Record<string, string>;
  environment?: Record<string, string>;
  /** Capabilities beside those of the application. */
  features?: readonly Feature[];
}

/** A database of its own, copied from the migrated template unless told otherwise. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const from = options.from ?? template.pathname.slice(1);
  await administer((client) => client.query(copyOf(from, name)));
  const addressOf = (address: string) => Object.assign(new URL(address), { pathname: `/${name}` }).href;
  const url = addressOf(template.href);

  const clock = createTestClock(options.now);
  const config: Config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    PUBLIC_URL: 'http://localhost:3000',
    // Decisions of the agency apply at once, save where a test is about undoing them.
    DECISION_UNDO_SECONDS: '0',
    ...options.environment,
  });
  const log = createLog(config.logLevel);
  const applicationUrl = withSettings(addressOf(inject('applicationUrl')), options.settings ?? {}, 'over');
  const { db, pool, close } = openDatabase(applicationUrl, log);
  const owner = openDatabase(url, log);
  const everyFeature = [...features, ...(options.features ?? [])];
  const mail = createMailQueue(config.secret, 'test.example', clock, mailKinds(everyFeature));
  return {
    url,
    clock,
    dependencies: { config, db, pool, clock, log, mail, features: everyFeature },
    owner: owner.db,
    async drop() {
      await Promise.all([close(), owner.close()]);
      await administer((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

let administration: pg.Pool | undefined;

/** Does something about whole databases, as their owner and while nobody else does. */
export async function administer(work: (client: pg.ClientBase) => Promise<unknown>): Promise<void> {
  // One connection for all files of a worker: opening one costs the server as much as a copy.
  administration ??= new pg.Pool({
    connectionString: Object.assign(new URL(inject('templateUrl')), { pathname: '/postgres' }).href,
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  }).on('error', () => {});
  const client = await administration.connect();
  try {
    // Two files that copy the template at the same moment would refuse each other.
    await client.query('select pg_advisory_lock(1)');
    await work(client);
  } finally {
    const isUnlocked = await client.query('select pg_advisory_unlock(1)').then(
      () => true,
      () => false,
    );
    client.release(!isUnlocked);
  }
}

/** A copy of a database to which nobody is connected: of its files, several times faster than page by page. */
export const copyOf = (source: string, copy: string): string =>
  `create database ${copy} template ${source} strategy file_copy`;

/** How many connections to this database wait for a lock. Any role may ask: `pg_stat_activity` hides more. */
export async function countWaiting(db: Knex): Promise<number> {
  const { rows } = await db.raw(
    `select count(distinct l.pid) as waiting
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where a.datname = current_database() and not l.granted`,
  );
  return Number(rows[0].waiting);
}
