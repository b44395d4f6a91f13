import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { remindAccountRequests } from '#structures/account-requests/reminders/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { countWaiting } from '../../support/database.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { forgetRequests, setRequest } from '../../support/requests.ts';
import { askForAccount } from './forms.ts';

let site: TestSite;
let structureId: number;
let referents: TestUser[];
let requestId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T09:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut Essai' });
  referents = [];
  for (let index = 0; index < 2; index += 1) {
    referents.push(await createUser(db, { affiliations: { [structureId]: ['referent'] } }));
  }
  await createUser(db, { isAgencyManager: true });
});
afterAll(() => site.close());

let serial = 0;
beforeEach(async () => {
  await forgetRequests(site.dependencies.db, 'account_request');
  // Monday morning; Wednesday the 11th is a holiday.
  site.clock.set('2026-11-02T09:00:00Z');
  serial += 1;
  requestId = await askForAccount(site, structureId, `attente${serial}@structure.example`);
  await site.runJobs();
  site.mailbox.clear();
});

const at = async (moment: string) => {
  site.clock.set(moment);
  return remindAccountRequests(site.dependencies);
};
const reminders = async () => {
  await site.runJobs();
  return site.mailbox.mails.filter(({ subject }) => subject.startsWith('Rappel'));
};

test('a request that waits is recalled to every référent after 3 and 7 working days, once each', async () => {
  // Asked on Monday: Tuesday to Thursday pass, the reminder leaves on Friday.
  for (const [moment, sent] of [
    ['2026-11-05T09:00:00Z', 0],
    ['2026-11-06T06:59:00Z', 0],
    ['2026-11-06T07:00:00Z', 1],
    ['2026-11-06T08:00:00Z', 0],
    ['2026-11-11T09:00:00Z', 0],
    ['2026-11-12T09:00:00Z', 0],
    ['2026-11-13T09:00:00Z', 1],
    ['2026-11-16T09:00:00Z', 0],
    ['2026-12-16T09:00:00Z', 0],
  ] as const) {
    expect(await at(moment), moment).toBe(sent);
  }
  const mails = await reminders();
  expect(mails.map(({ to }) => to).sort()).toEqual(referents.flatMap(({ email }) => [email, email]).sort());
  expect(mails[0]?.text).toContain('/mes-structures');
});

test('nothing leaves at night, on a Sunday nor on a holiday', async () => {
  for (const moment of ['2026-11-09T22:00:00Z', '2026-11-08T10:00:00Z', '2026-11-11T10:00:00Z']) {
    expect(await at(moment), moment).toBe(0);
  }
});

test('after an interruption, one reminder leaves and not two', async () => {
  expect(await at('2026-11-30T09:00:00Z')).toBe(1);
  expect(await at('2026-11-30T10:00:00Z')).toBe(0);
});

test.each(['accepted', 'refused', 'withdrawn'])('never once it is %s', async (state) => {
  const refusal_reason = state === 'refused' ? 'Non' : null;
  const decided = { state, password_hash: null, refusal_reason };
  await setRequest(site.dependencies.db, 'account_request', requestId, decided);
  expect(await at('2026-11-13T09:00:00Z')).toBe(0);
  expect(await reminders()).toEqual([]);
});

test('a decision that holds the request when the job comes leaves nothing to recall', async () => {
  const { db } = site.dependencies;
  site.clock.set('2026-11-06T09:00:00Z');
  const decision = await db.transaction();
  await decision.raw('select id from structures where id = ? for no key update', [structureId]);
  const job = remindAccountRequests(site.dependencies);
  while ((await countWaiting(db)) === 0);
  const refused = { state: 'refused', password_hash: null, refusal_reason: 'Non' };
  await setRequest(decision, 'account_request', requestId, refused);
  await decision.commit();
  expect(await job).toBe(0);
});

test('two processes at the same moment send one reminder', async () => {
  site.clock.set('2026-11-06T09:00:00Z');
  const sent = await Promise.all([1, 2].map(() => remindAccountRequests(site.dependencies)));
  expect(sent.sort()).toEqual([0, 1]);
  expect(await reminders()).toHaveLength(2);
});

test('without a référent the agency decides: nobody is reminded', async () => {
  const { db } = site.dependencies;
  const empty = await createStructure(db);
  await setRequest(db, 'account_request', requestId, { structure_id: empty });
  expect(await at('2026-11-13T09:00:00Z')).toBe(0);
});
