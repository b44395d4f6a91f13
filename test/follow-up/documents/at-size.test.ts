import { afterAll, beforeAll, expect, test } from 'vitest';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { findFollowedSession } from '#follow-up/documents/issuing/repository.ts';
import { issue } from '#follow-up/documents/issuing/service.ts';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { sampleCompletion } from '#follow-up/documents/kinds/samples.ts';
import { addJob } from '#platform/jobs/queue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { close, createFollowed, type Followed, issuedIn } from '../../support/issued.ts';
import { startTestMailbox } from '../../support/mailbox.ts';
import { mailsIn } from '../../support/mails.ts';
import { startAppProcess, until } from '../../support/process.ts';
import { recordStatements } from '../../support/statements.ts';

let database: TestDatabase;
const db = () => database.dependencies.db;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The serials of a kind, in order. */
const serials = async (kind: string) =>
  (await issuedIn(db(), { kind: kind as 'certificate' })).map(({ serial }) => serial).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Issues one certificate; undone at the end where it is told so. */
async function issueOne({ sessionId, enrolments }: Followed, undone: boolean): Promise<void> {
  const issuing = db().transaction(async (trx) => {
    const session = await findFollowedSession(trx, sessionId);
    if (!session) throw new Error('no session');
    const [enrolmentId = null] = enrolments;
    const items = [{ enrolmentId, structureId: null, facts: sampleCompletion }];
    const at = database.clock.now();
    await issue(database.dependencies, trx, { kind: certificate, session, items, at, by: null });
    if (undone) throw new Error('undone');
  });
  if (undone) await expect(issuing).rejects.toThrow('undone');
  else await issuing;
}

test('20 at once, 5 of them rolled back: the numbers follow one another (A6)', async () => {
  const sessions: Followed[] = [];
  for (let index = 0; index < 20; index += 1) sessions.push(await createFollowed(database));
  await Promise.all(sessions.map((one, index) => issueOne(one, index % 4 === 3)));
  expect(await serials('certificate')).toEqual(upTo(15));
  await Promise.all(sessions.filter((_, index) => index % 4 === 3).map((one) => issueOne(one, false)));
  expect(await serials('certificate')).toEqual(upTo(20));
});

test('the statements do not grow with the people', async () => {
  const [few, many] = [
    await createFollowed(database, { people: 2 }),
    await createFollowed(database, { people: 40 }),
  ];
  const statementsOf = (one: Followed) => recordStatements(() => close(database, one));
  const [forFew, forMany] = [await statementsOf(few), await statementsOf(many)];
  expect(forMany.length, forMany.join('\n')).toBe(forFew.length);
  expect(await issuedIn(db(), { session_id: many.sessionId })).toHaveLength(81);
});

test('killed in the middle of 200, the job issues exactly 200 of each, with 200 e-mails and no gap (A9)', async () => {
  const mailbox = await startTestMailbox();
  const followed = await createFollowed(database, { people: 200 });
  await db()('attendance_sheets').insert({
    session_id: followed.sessionId,
    closed_at: new Date(),
    closed_by: followed.provider.id,
  });
  const before = await serials('certificate');
  await db().transaction((trx) => addJob(trx, 'follow_documents', { sessionId: followed.sessionId }));
  const environment = {
    DATABASE_URL: database.url,
    SMTP_URL: mailbox.smtpUrl,
    PUBLIC_URL: 'http://localhost:3000',
  };
  const first = await startAppProcess(environment);
  // It has begun, and its transaction is not through.
  await until(async () => {
    const { rows } = await db().raw(
      `select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = 'follow_documents' and j.locked_by is not null`,
    );
    return rows.length > 0;
  });
  await first.kill();
  expect(await issuedIn(db(), { session_id: followed.sessionId })).toEqual([]);
  const second = await startAppProcess(environment);
  try {
    await until(async () => (await issuedIn(db(), { session_id: followed.sessionId })).length > 0, 60_000);
  } finally {
    await second.terminate();
    await mailbox.stop();
  }
  expect(await issuedIn(db(), { session_id: followed.sessionId, kind: 'certificate' })).toHaveLength(200);
  expect(await issuedIn(db(), { session_id: followed.sessionId, kind: 'attestation' })).toHaveLength(200);
  expect(await serials('certificate')).toEqual(upTo(before.length + 200));
  const theirs = new Set(followed.people.map(({ email }) => email));
  const mails = (await mailsIn(db(), { kind: 'documents.person' })).filter(({ recipient }) =>
    theirs.has(recipient),
  );
  expect(new Set(mails.map(({ recipient }) => recipient)).size).toBe(200);
  expect(mails).toHaveLength(200);
  await followSession(database.dependencies, followed.sessionId);
  expect(await issuedIn(db(), { session_id: followed.sessionId, kind: 'certificate' })).toHaveLength(200);
}, 120_000);
