import { afterEach, beforeEach, expect, test } from 'vitest';
import { startJobs } from '#platform/jobs/runner.ts';
import { scheduleDelivery } from '#platform/mail/queue.ts';
import { createMailTransport, MAIL_CONNECTIONS } from '#platform/mail/transport.ts';
import { sendAgain } from '#spaces/agency/emails/service.ts';
import { createLanes } from '../../../src/jobs.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { refusal } from '../../support/mailbox.ts';
import { mailsIn, setMail } from '../../support/mails.ts';
import { startAppProcess, until } from '../../support/process.ts';

/** A mail server that is away, slow, or in a mood: what becomes of e-mails, and of everything else. */
let site: TestSite;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  site = await createTestSite();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await site.close();
});

const db = () => site.dependencies.db;
const send = (to: string) =>
  db().transaction((trx) =>
    site.dependencies.mail.enqueue(trx, {
      kind: 'password.no-account',
      to,
      subject: 'Essai',
      paragraphs: ['Essai.'],
    }),
  );
const stored = async () =>
  (await mailsIn(db())).map(({ status, attempts, server_unreachable }) => ({
    status,
    attempts,
    isWaiting: server_unreachable,
  }));
const add = (task: string) => db().raw('select graphile_worker.add_job(?)', [task]);
const minuteLater = async () => {
  await add('probe_mail_server');
  await site.runJobs();
};
const jobsLeft = async (task: string) =>
  Number(
    (await db().raw('select count(*) from graphile_worker.jobs where task_identifier = ?', [task])).rows[0]
      .count,
  );
const people = [1, 2, 3].map((number) => `personne${number}@structure.example`);

test('with the server away one look a minute is made for all; once it is back, all leave in order', async () => {
  await site.mailbox.stop();
  for (const person of people) await send(person);
  await site.runJobs();
  const waiting = [
    { status: 'failing', attempts: 1, isWaiting: true },
    { status: 'queued', attempts: 0, isWaiting: true },
    { status: 'queued', attempts: 0, isWaiting: true },
  ];
  expect(await stored()).toEqual(waiting);
  expect(await jobsLeft('deliver_email')).toBe(0);
  await minuteLater();
  expect(await stored()).toEqual(waiting);

  await site.mailbox.start();
  await site.runJobs();
  expect(site.mailbox.mails).toEqual([]);
  await minuteLater();
  expect(site.mailbox.mails.map(({ to }) => to)).toEqual(people);
  expect((await stored()).every(({ status }) => status === 'sent')).toBe(true);
  await minuteLater();
  expect(site.mailbox.mails).toHaveLength(3);
});

test('an e-mail at which the server hangs up is tried later; the others leave', async () => {
  site.mailbox.beforeMessage = (address) => {
    if (address === people[0]) throw refusal(421, '4.3.2 Closing');
  };
  for (const person of people) await send(person);
  await site.runJobs();
  expect(await stored()).toEqual([
    { status: 'failing', attempts: 1, isWaiting: false },
    { status: 'sent', attempts: 1, isWaiting: false },
    { status: 'sent', attempts: 1, isWaiting: false },
  ]);
  expect(await jobsLeft('deliver_email')).toBe(1);
});

test('of two jobs of one e-mail, the second does not send it while the first does', async () => {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  site.mailbox.beforeMessage = async () => {
    asked.resolve();
    await answer.promise;
  };
  const id = await send(people[0] ?? '');
  const first = site.runJobs();
  await asked.promise;
  await db().transaction((trx) => scheduleDelivery(trx, id));
  await site.runJobs();
  expect(await stored()).toEqual([{ status: 'queued', attempts: 0, isWaiting: false }]);
  answer.resolve();
  await first;
  await db().raw(
    'select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs',
  );
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(1);
  expect(await stored()).toEqual([{ status: 'sent', attempts: 1, isWaiting: false }]);
  expect(await jobsLeft('deliver_email')).toBe(0);
});

test('an e-mail claimed by a worker that is no more is sent by another', async () => {
  const id = await send(people[0] ?? '');
  const { rows } = await db().raw(`select id from graphile_worker.jobs where key = ?`, [`email:${id}`]);
  await setMail(db(), id, { claimed_job: rows[0].id, claimed_by: 'pool-dead' });
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(1);
});

test('the server goes away at the last try of an e-mail: it waits for the server, and leaves with the others', async () => {
  const id = await send(people[0] ?? '');
  await site.owner.raw('update graphile_worker._private_jobs set attempts = max_attempts - 1 where key = ?', [
    `email:${id}`,
  ]);
  await site.mailbox.stop();
  await site.runJobs();
  expect(await stored()).toEqual([{ status: 'failing', attempts: 1, isWaiting: true }]);
  await site.mailbox.start();
  await minuteLater();
  expect(site.mailbox.mails).toHaveLength(1);
});

test('the agency sends again an e-mail that is leaving, and that fails: it still leaves, once', async () => {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  site.mailbox.beforeMessage = async () => {
    site.mailbox.beforeMessage = () => {};
    asked.resolve();
    await answer.promise;
    throw refusal(451, '4.3.0 Come back later');
  };
  const id = await send(people[0] ?? '');
  const first = site.runJobs();
  await asked.promise;
  await sendAgain(site.dependencies, id);
  // The second job finds the e-mail with the first, whose own tries ended when the second came.
  await site.runJobs();
  answer.resolve();
  await first;
  expect(await stored()).toEqual([{ status: 'failing', attempts: 1, isWaiting: false }]);
  await db().raw(
    'select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs',
  );
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(1);
  expect(await stored()).toEqual([{ status: 'sent', attempts: 2, isWaiting: false }]);
});

/** The application's own lanes, in this process. */
function startLanes(): void {
  const { pool, log } = site.dependencies;
  const transport = createMailTransport(site.mailbox.smtpUrl);
  const jobs = startJobs({
    pool,
    databaseUrl: site.url,
    lanes: createLanes(site.dependencies, transport),
    log,
  });
  cleanups.push(async () => transport.close(), jobs.stop);
}

test('a mail server that takes its time holds up nothing but e-mails', async () => {
  const answer = Promise.withResolvers<void>();
  let asked = 0;
  site.mailbox.beforeMessage = async () => {
    asked += 1;
    await answer.promise;
  };
  for (const person of people) await send(person);
  startLanes();
  await until(async () => asked === MAIL_CONNECTIONS);
  await add('apply_due_decisions');
  await until(async () => (await jobsLeft('apply_due_decisions')) === 0);
  expect(await jobsLeft('deliver_email')).toBe(people.length);
  answer.resolve();
  await until(async () => site.mailbox.mails.length === people.length);
});

test('tasks that wait for a lock hold up no e-mail', async () => {
  const held = await db().transaction();
  await held.raw('lock table seat_watches in access exclusive mode');
  await add('tell_of_openings');
  await add('tell_of_openings');
  startLanes();
  await until(
    async () =>
      (
        await db().raw(
          `select from graphile_worker.jobs where task_identifier = 'tell_of_openings' and locked_at is not null`,
        )
      ).rows.length === 2,
  );
  await send(people[0] ?? '');
  await until(async () => site.mailbox.mails.length === 1);
  await held.rollback();
});

test('the application stops in seconds while a server keeps it waiting, and the e-mail leaves afterwards', async () => {
  const asked = Promise.withResolvers<void>();
  site.mailbox.beforeMessage = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  await send(people[0] ?? '');
  const environment = { DATABASE_URL: site.url, SMTP_URL: site.mailbox.smtpUrl };
  const app = await startAppProcess(environment);
  await asked.promise;
  expect(await app.terminate('SIGTERM')).toBe(0);
  site.mailbox.beforeMessage = () => {};
  await db().raw(
    'select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs',
  );
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(1);
});

test('thirty thousand e-mails make no delivery longer: none reads the table', async () => {
  await db().raw(
    `insert into emails (kind, recipient, subject, message_id, status, created_at, sent_at)
     select 'essai', 'x@structure.example', 'Essai', '<' || n || '@x>', 'sent', now(), now() from generate_series(1, 30000) n`,
  );
  await send(people[0] ?? '');
  await site.owner.raw('analyze emails');
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(1);
  const { rows } = await db().raw(
    `explain select exists (select from emails where server_unreachable), (select count(*) from emails where id = 1)`,
  );
  expect(JSON.stringify(rows)).not.toContain('Seq Scan');
});
