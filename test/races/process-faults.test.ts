import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Companion, startCompanion } from '#demo/companion.ts';
import { MAIL_CONNECTIONS } from '#platform/mail/transport.ts';
import { makeClusterDirectory, SPARING } from '../support/cluster.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createFormation, createTeams, enrolmentsOf } from '../support/enrolments.ts';
import { type ReceivedMail, startTestMailbox } from '../support/mailbox.ts';
import { mailsIn } from '../support/mails.ts';
import { createUser, peopleIn, TEST_PASSWORD } from '../support/people.ts';
import { type AppProcess, HttpVisitor, startAppProcess, until } from '../support/process.ts';

// The first two at once: each waits for a good part of its time.
test.concurrent('killed in the middle of a burst: no change without its e-mails, no e-mail without its change', async ({
  onTestFinished,
}) => {
  const mailbox = await startTestMailbox();
  onTestFinished(() => mailbox.stop());
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { db } = database.dependencies;
  const environment = { DATABASE_URL: database.url, SMTP_URL: mailbox.smtpUrl };
  const teams = await createTeams(db, 12, 1, new Date().getFullYear());
  const { slug, sessionId } = await createFormation(database, { capacity: 50, waitingCapacity: 50 });
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;

  let app: AppProcess = await startAppProcess(environment);
  onTestFinished(async () => void (await app.terminate()));
  const visitors = await Promise.all(
    teams.map(async ({ structureId, people }) => {
      const visitor = new HttpVisitor(app.url);
      await visitor.submit('/connexion', {
        identifiant: people[0]?.email ?? '',
        mot_de_passe: TEST_PASSWORD,
      });
      return { visitor, structure: String(structureId) };
    }),
  );
  const burst = Promise.allSettled(
    visitors.map(({ visitor, structure }) => visitor.submit(form, { structure, motivation: 'Progresser' })),
  );
  await until(async () => (await enrolmentsOf(db)).length >= 4);
  await app.kill();
  await burst;

  app = await startAppProcess(environment);
  await until(async () => (await mailsIn(db)).every(({ status }) => status === 'sent'));

  const enrolments = await enrolmentsOf(db);
  expect(enrolments.length).toBeGreaterThanOrEqual(4);
  const validators = new Map(teams.map((team) => [team.structureId, team.validatorId]));
  const emails = new Map((await peopleIn(db)).map(({ id, email }) => [id, email]));
  const expected = enrolments.flatMap((one) => [
    emails.get(one.user_id),
    emails.get(validators.get(one.structure_id) ?? 0),
  ]);
  // Killed between the server's « accepted » and our note of it, an e-mail goes out again under the same Message-ID: at
  // most those that were being sent at that moment.
  const distinct = new Map<string, ReceivedMail>(mailbox.mails.map((mail) => [mail.messageId, mail]));
  expect([...distinct.values()].map((mail) => mail.to).sort()).toEqual(expected.sort());
  expect(mailbox.mails.length - distinct.size).toBeLessThanOrEqual(MAIL_CONNECTIONS);
});

test.concurrent('PostgreSQL restarted under the application: pages and jobs work again by themselves', async ({
  onTestFinished,
}) => {
  const directory = makeClusterDirectory();
  onTestFinished(async () => rmSync(directory, { recursive: true, force: true }));
  const start = (): Promise<Companion> =>
    startCompanion(new URL('../../src/demo/postgres-process.ts', import.meta.url), [
      path.join(directory, 'data'),
      ...SPARING,
    ]);
  let postgres = await start();
  onTestFinished(() => postgres.stop());
  const mailbox = await startTestMailbox();
  onTestFinished(() => mailbox.stop());
  const app = await startAppProcess({ DATABASE_URL: postgres.ready, SMTP_URL: mailbox.smtpUrl });
  onTestFinished(async () => void (await app.terminate()));

  const visitor = new HttpVisitor(app.url);
  const pageWorks = async () => (await visitor.get('/parcourspro/actions')).status === 200;
  expect(await pageWorks()).toBe(true);

  const address = postgres.ready;
  await postgres.stop();
  const down = await visitor.get('/parcourspro/actions');
  expect(down.status).toBe(503);
  expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await down.text()).toContain('Site momentanément indisponible');
  expect((await visitor.get('/readyz')).status).toBe(503);
  expect((await visitor.get('/healthz')).status).toBe(200);

  postgres = await start();
  expect(postgres.ready).toBe(address);
  await until(pageWorks);
  // A forgotten-password request goes through limits (plain pool), a transaction (knex), the queue and the mail.
  const asked = await visitor.submit('/mot-de-passe-oublie', { email: 'personne@structure.example' });
  expect(asked.status).toBeLessThan(400);
  expect((await visitor.get('/readyz')).status).toBe(200);
  expect(app.process.exitCode).toBeNull();
});

describe('in production', () => {
  let database: TestDatabase;
  let local: AppProcess;
  let behindProxy: AppProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    const production = {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      SMTP_URL: 'smtp://127.0.0.1:1',
      APP_SECRET: 'un-secret-de-quarante-huit-caracteres-au-moins!!',
    };
    [local, behindProxy] = await Promise.all([
      startAppProcess({ ...production, PUBLIC_URL: 'http://localhost:3000' }),
      startAppProcess({ ...production, PUBLIC_URL: 'https://pro.example' }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([local.terminate(), behindProxy.terminate()]);
    await database.drop();
  });

  test('people can sign in: on localhost without a certificate, elsewhere behind a proxy', async () => {
    const { email } = await createUser(database.dependencies.db);
    const demo = await createUser(database.dependencies.db, { email: 'quelqu-un@demo.example' });
    const visitor = new HttpVisitor(local.url);
    await visitor.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
    expect((await visitor.get('/')).status).toBe(200);
    const refused = await new HttpVisitor(local.url).submit('/connexion', {
      identifiant: demo.email,
      mot_de_passe: TEST_PASSWORD,
    });
    expect(refused.status).toBe(422);

    const secure = new HttpVisitor(behindProxy.url, { 'x-forwarded-proto': 'https' });
    const answer = await secure.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('__Host-session='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/Secure/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect((await secure.get('/')).status).toBe(200);
  });

  // Each on one of the two, at once.
  test.concurrent('asked to stop, the application answers what is under way and ends by itself', async () => {
    const underWay = Promise.all(Array.from({ length: 5 }, () => fetch(`${local.url}/parcourspro/actions`)));
    await fetch(`${local.url}/healthz`);
    expect(await local.terminate('SIGTERM')).toBe(0);
    expect((await underWay).every((response) => response.status === 200)).toBe(true);
  });

  test.concurrent('a client that never ends its request does not keep it from stopping', async ({
    onTestFinished,
  }) => {
    const socket = connect(Number(new URL(behindProxy.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write('POST /connexion HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nidentifiant=');
    await fetch(`${behindProxy.url}/healthz`);
    expect(await behindProxy.terminate('SIGTERM')).toBe(0);
  });
});
