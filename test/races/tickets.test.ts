import { afterAll, beforeAll, expect, test } from 'vitest';
import { casUrl, codeOf, valuesOf } from '../support/cas.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createUsers, TEST_PASSWORD } from '../support/people.ts';
import { type AppProcess, HttpVisitor, startAppProcess } from '../support/process.ts';
import { createService, visitsIn } from '../support/sso.ts';

const SERVICE = 'https://service.example/cas';

/** Tickets are given by one process and asked about at another, many at once. */
let database: TestDatabase;
let apps: [AppProcess, AppProcess];
beforeAll(async () => {
  database = await createTestDatabase();
  await createService(database.owner, { addresses: { cas: [SERVICE] } });
  const environment = { DATABASE_URL: database.url, SMTP_URL: 'smtp://127.0.0.1:1', TRUST_PROXY: '1' };
  apps = await Promise.all([startAppProcess(environment), startAppProcess(environment)]);
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.terminate()));
  await database.drop();
});

/** @param from where they are: of one place, not so many sign in */
async function signedIn(email: string, from = '198.51.100.1'): Promise<HttpVisitor> {
  const visitor = new HttpVisitor(apps[0].url, { 'X-Forwarded-For': from });
  const { status } = await visitor.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  if (status !== 303) throw new Error(`sign-in failed: ${status}`);
  return visitor;
}
async function ticketOf(visitor: HttpVisitor): Promise<string> {
  const to = (await visitor.get(casUrl('login', { service: SERVICE }))).headers.get('location');
  return new URL(to ?? '').searchParams.get('ticket') ?? '';
}
const validate = async (app: AppProcess, ticket: string): Promise<string> =>
  (await fetch(app.url + casUrl('serviceValidate', { service: SERVICE, ticket }))).text();

/** Asks 200 times at once whose a ticket is, at both processes. @returns how many were told */
async function successes(ticket: string): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => validate(apps[index % 2] as AppProcess, ticket)),
  );
  expect(answers.filter((xml) => codeOf(xml) === 'INVALID_TICKET' || !codeOf(xml))).toHaveLength(200);
  return answers.filter((xml) => !codeOf(xml)).length;
}

test('one ticket, 200 questions at once at two processes: one is told whose it is', async () => {
  const [user] = await createUsers(database.owner, [{}]);
  const visitor = await signedIn(user?.email ?? '');
  expect(await successes(await ticketOf(visitor))).toBe(1);
  expect(await visitsIn(database.owner, { user_id: user?.id })).toHaveLength(1);
});

test('the control: where a ticket can be read after it was spent, several are told', async () => {
  const [user] = await createUsers(database.owner, [{}]);
  const visitor = await signedIn(user?.email ?? '');
  // What spends a ticket has no effect, as if it had been looked at and noted in two steps.
  await database.owner.raw(`
    create function leave_unspent() returns trigger language plpgsql as
      'begin new.used_at := null; return new; end';
    create trigger leave_unspent before update on sso_tickets for each row execute function leave_unspent()`);
  try {
    expect(await successes(await ticketOf(visitor))).toBeGreaterThan(1);
  } finally {
    await database.owner.raw('drop trigger leave_unspent on sso_tickets; drop function leave_unspent()');
  }
});

test('50 people enter at once: each is told as who they are', async () => {
  const users = await createUsers(
    database.owner,
    Array.from({ length: 50 }, () => ({})),
  );
  const visitors: HttpVisitor[] = [];
  // One after the other: one password that many try at once is a sign of something else.
  for (const [index, { email }] of users.entries())
    visitors.push(await signedIn(email, `203.0.113.${index}`));
  const told = await Promise.all(
    visitors.map(async (visitor) => valuesOf(await validate(apps[1], await ticketOf(visitor)), 'user')),
  );
  expect(told).toEqual(users.map(({ email }) => [email]));
});
