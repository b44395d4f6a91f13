import type { TaskList } from 'graphile-worker';
import pg from 'pg';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { addJob } from '#platform/jobs/queue.ts';
import { type Jobs, startJobs } from '#platform/jobs/runner.ts';
import { startSweep } from '#platform/jobs/sweep.ts';
import { createMailTransport } from '#platform/mail/transport.ts';
import { createLanes } from '../../src/jobs.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { refusal, startTestMailbox } from '../support/mailbox.ts';
import { mailsIn } from '../support/mails.ts';
import { createUser } from '../support/people.ts';
import { HttpVisitor, startAppProcess, until } from '../support/process.ts';
import { first } from '../support/rows.ts';

const cleanups: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  return database;
}

/** A process of the application, as far as its jobs go, and what it logs. */
function startProcess({ dependencies, url }: TestDatabase, tasks: TaskList): { jobs: Jobs; said: string[] } {
  const said: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void said.push(line) });
  const lanes = [{ name: 'work', concurrency: 1, tasks }];
  const jobs = startJobs({ pool: dependencies.pool, databaseUrl: url, lanes, log });
  cleanups.push(() => jobs.stop());
  return { jobs, said };
}

const queue = ({ dependencies }: TestDatabase, task: string) =>
  dependencies.db.transaction((trx) => addJob(trx, task, {}));

/** A database to which every connection is cut, and none comes back until it is told. */
async function outage({ url }: TestDatabase): Promise<{ begin(): Promise<void>; end(): Promise<void> }> {
  const address = new URL(url);
  const name = address.pathname.slice(1);
  const client = new pg.Client({ connectionString: Object.assign(address, { pathname: '/postgres' }).href });
  await client.connect();
  cleanups.push(() => client.end());
  return {
    async begin() {
      await client.query(`alter database ${name} with allow_connections false`);
      await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
        name,
      ]);
    },
    async end() {
      await client.query(`alter database ${name} with allow_connections true`);
    },
  };
}

test('a job fails while the database is away: the process lives, and the job is tried again', async () => {
  const database = await openDatabase();
  const { begin, end } = await outage(database);
  cleanups.push(end);
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  cleanups.push(async () => void process.off('unhandledRejection', note));
  let runs = 0;
  const { said } = startProcess(database, {
    fail: async () => {
      runs += 1;
      if (runs > 1) return;
      await begin();
      throw new Error('as a mail server would on the same computer');
    },
  });
  await queue(database, 'fail');
  await until(async () => unhandled.length > 0 || said.some((line) => line.includes('Failed to fail jobs')));
  await end();
  await until(async () => runs === 2);
  expect(unhandled).toEqual([]);
});

test('the application survives a database that goes while e-mails fail', async () => {
  const database = await openDatabase();
  const { begin, end } = await outage(database);
  cleanups.push(end);
  const mailbox = await startTestMailbox();
  cleanups.push(() => mailbox.stop());
  const { email } = await createUser(database.dependencies.db);
  const app = await startAppProcess({ DATABASE_URL: database.url, SMTP_URL: mailbox.smtpUrl });
  cleanups.push(() => app.terminate());
  let isFirst = true;
  mailbox.beforeRecipient = async () => {
    if (!isFirst) return;
    isFirst = false;
    await begin();
    throw refusal(451, '4.3.0 Come back later');
  };
  await new HttpVisitor(app.url).submit('/mot-de-passe-oublie', { email });
  await until(
    async () => app.process.exitCode !== null || app.output().includes('Failed to fail jobs'),
    50_000,
  );
  await end();
  await until(async () => mailbox.to(email).length === 1);
  expect(app.process.exitCode).toBeNull();
});

test('the jobs of a living process stay its own, however often another starts and sweeps', async () => {
  const database = await openDatabase();
  const [began, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let runs = 0;
  const tasks: TaskList = {
    long: async () => {
      runs += 1;
      began.resolve();
      await done.promise;
    },
    other: async () => {},
  };
  startProcess(database, tasks);
  await queue(database, 'long');
  await began.promise;

  const { said } = startProcess(database, tasks);
  const sweep = startSweep(database.dependencies.pool, database.dependencies.log, {
    interval: 50,
    silence: 50,
  });
  cleanups.push(async () => sweep.stop());
  const left = async (task: string) =>
    (
      await database.dependencies.db.raw(
        'select locked_by from graphile_worker.jobs where task_identifier = ?',
        [task],
      )
    ).rows as { locked_by: string | null }[];
  // Three jobs later the second process has looked for work, and the sweep for the dead, often enough.
  for (let count = 0; count < 3; count += 1) {
    await queue(database, 'other');
    await until(async () => (await left('other')).length === 0);
  }
  expect(await left('long')).toMatchObject([{ locked_by: expect.stringMatching(/^pool-/) }]);
  expect(said.join()).not.toContain('released');
  expect(runs).toBe(1);
  done.resolve();
  await until(async () => (await left('long')).length === 0);
  expect(runs).toBe(1);
});

test('the jobs of a process that died are taken up by another, of one that lost its connection are not', async () => {
  const database = await openDatabase();
  const { db, pool, log } = database.dependencies;
  const began = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const runs: string[] = [];
  startProcess(database, {
    long: async () => {
      runs.push('long');
      began.resolve();
      await done.promise;
    },
    orphan: async () => void runs.push('orphan'),
  });
  await queue(database, 'long');
  await began.promise;
  await queue(database, 'orphan');
  await db.raw(`update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now()
                 where task_id = (select id from graphile_worker._private_tasks where identifier = 'orphan')`);
  const holders = async () =>
    (
      await db.raw(`select pid from pg_locks where locktype = 'advisory' and granted and classid = 1785684595
                      and database = (select oid from pg_database where datname = current_database())`)
    ).rows as {
      pid: number;
    }[];
  const [holder] = await holders();
  await database.owner.raw('select pg_terminate_backend(?)', [holder?.pid ?? 0]);
  const sweep = startSweep(pool, log, { interval: 1000, silence: 1000 });
  cleanups.push(async () => sweep.stop());
  const lockOf = async (task: string) =>
    (await db.raw('select locked_by from graphile_worker.jobs where task_identifier = ?', [task])).rows[0]
      ?.locked_by;
  await until(async () => (await lockOf('orphan')) === null);
  expect(await lockOf('long')).toMatch(/^pool-/);
  expect((await holders())[0]?.pid).not.toBe(holder?.pid);
  done.resolve();
  await until(async () => runs.includes('orphan'));
  expect(runs).toEqual(['long', 'orphan']);
});

test('the database goes between the server’s yes and our note of it: the e-mail is noted once it is back, not sent again', async () => {
  const database = await openDatabase();
  const { begin, end } = await outage(database);
  cleanups.push(end);
  const mailbox = await startTestMailbox();
  cleanups.push(() => mailbox.stop());
  const { dependencies } = database;
  const { db, mail } = dependencies;
  const said: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void said.push(line) });
  mailbox.beforeMessage = begin;
  await db.transaction((trx) =>
    mail.enqueue(trx, {
      kind: 'password.no-account',
      to: 'x@structure.example',
      subject: 'Essai',
      paragraphs: ['Essai.'],
    }),
  );
  const transport = createMailTransport(mailbox.smtpUrl);
  cleanups.push(async () => transport.close());
  const lanes = createLanes({ ...dependencies, log }, transport);
  const jobs = startJobs({ pool: dependencies.pool, databaseUrl: database.url, lanes, log });
  cleanups.push(() => jobs.stop());
  await until(async () => said.some((line) => line.includes('sent e-mail not noted yet')));
  await end();
  await until(async () => first(await mailsIn(db)).status === 'sent');
  await until(async () => (await db.raw('select from graphile_worker.jobs')).rows.length === 0);
  expect(mailbox.mails).toHaveLength(1);
});
