import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { remindValidators } from '#enrolment/notices/reminders.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { lock } from '#platform/database/locks.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { setSession } from '../support/catalogue.ts';
import { countWaiting, DAY } from '../support/database.ts';
import { createDelegation } from '../support/delegations.ts';
import { actorOf, createFormation, setEnrolment, withdrawRequests } from '../support/enrolments.ts';
import { createStructure, createUser, leaveStructures, type TestUser, takeRight } from '../support/people.ts';

let site: TestSite;
let person: TestUser;
let validator: TestUser;
let manager: TestUser;
let structureId: number;
let enrolmentId: number;
let sessionId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());

beforeEach(async () => {
  const { db } = site.dependencies;
  // A Monday without holidays around it.
  site.clock.set('2026-03-02T09:00:00Z');
  await withdrawRequests(db);
  structureId = await createStructure(db, { name: 'Institut Essai', memberIn: [2026] });
  validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  // Also a validator: nobody is reminded of their own request.
  person = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  const formation = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
  sessionId = formation.sessionId;
  await setSession(db, sessionId, {
    starts_at: new Date(+site.clock.now() + 60 * DAY),
    ends_at: new Date(+site.clock.now() + 61 * DAY),
    registration_closes_at: new Date(+site.clock.now() + 50 * DAY),
  });
  const actor = await actorOf(db, person.id);
  const request = { ...formation, structureId, motivation: 'Progresser' };
  enrolmentId = (await requestEnrolment(site.dependencies, actor, request)).id;
  await site.runJobs();
  site.mailbox.clear();
});

const at = async (moment: string) => {
  site.clock.set(moment);
  return remindValidators(site.dependencies);
};
const reminders = async () => {
  await site.runJobs();
  return site.mailbox.mails.filter(({ subject }) => subject.startsWith('Rappel'));
};

test('the validators are reminded after 3 and 7 working days, once each, with a new link that works', async () => {
  for (const [moment, sent] of [
    ['2026-03-05T09:00:00Z', 0],
    ['2026-03-06T09:00:00Z', 1],
    ['2026-03-06T10:00:00Z', 0],
    ['2026-03-11T09:00:00Z', 0],
    ['2026-03-12T09:00:00Z', 1],
    ['2026-03-20T09:00:00Z', 0],
  ] as const) {
    expect(await at(moment), moment).toBe(sent);
  }
  const mails = await reminders();
  expect(mails.map(({ to }) => to)).toEqual([validator.email, validator.email]);
  const links = mails.map(({ text }) => /\/parcourspro\/validation\/[\w-]+/.exec(text)?.[0] ?? '');
  expect(new Set(links).size).toBe(2);
  const visitor = site.visitor();
  for (const link of links) expect((await visitor.get(link)).text).toContain('Progresser');
});

test('never after a decision, for a closed registration nor for a cancelled session', async () => {
  const { db } = site.dependencies;
  const now = new Date('2026-03-06T09:00:00Z');
  const by = { role: 'hr_validator', userId: validator.id, way: 'page' } as const;
  await setSession(db, sessionId, { cancelled_at: now });
  expect(await at('2026-03-06T09:00:00Z')).toBe(0);
  await setSession(db, sessionId, { cancelled_at: null, registration_closes_at: now });
  expect(await at('2026-03-06T09:00:00Z')).toBe(0);
  await setSession(db, sessionId, { registration_closes_at: new Date(+now + 30 * DAY) });
  await decideEnrolment(site.dependencies, enrolmentId, { event: 'refuse_by_hr', by, reason: 'Non' });
  expect(await at('2026-03-06T09:00:00Z')).toBe(0);
  expect(await reminders()).toEqual([]);
});

test('a decision that holds the request when the job comes leaves nothing to recall', async () => {
  const { db } = site.dependencies;
  site.clock.set('2026-03-06T09:00:00Z');
  const decision = await db.transaction();
  await lock(decision, { structures: [structureId] });
  const job = remindValidators(site.dependencies);
  while ((await countWaiting(db)) === 0);
  await setEnrolment(decision, enrolmentId, { state: 'refused_by_hr' });
  await decision.commit();
  expect(await job).toBe(0);
  expect(await reminders()).toEqual([]);
});

test('two processes at the same moment send one reminder', async () => {
  site.clock.set('2026-03-06T09:00:00Z');
  const sent = await Promise.all([1, 2].map(() => remindValidators(site.dependencies)));
  expect(sent.sort()).toEqual([0, 1]);
  expect(await reminders()).toHaveLength(1);
});

test('with no other validator the agency decides: nobody is reminded', async () => {
  const { db } = site.dependencies;
  await leaveStructures(db, validator.id);
  expect(await at('2026-03-06T09:00:00Z')).toBe(0);
});

test('whoever stands in for the person who asks decides nothing for them: nobody is reminded', async () => {
  const { db } = site.dependencies;
  await takeRight(db, 'hr_validator', { user_id: validator.id });
  const march = { structureId, standInId: validator.id, startsOn: '2026-03-01', endsOn: '2026-03-31' };
  await createDelegation(db, { ...march, absentId: person.id });
  expect(await at('2026-03-06T09:00:00Z')).toBe(0);
  expect(await reminders()).toEqual([]);
  // In the place of another validator they do, and hear of it alone.
  const absent = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  await createDelegation(db, { ...march, absentId: absent.id });
  expect(await at('2026-03-06T09:00:00Z')).toBe(1);
  expect((await reminders()).map(({ to }) => to).sort()).toEqual([absent.email, validator.email].sort());
});

test('after ten working days the agency sees it as overdue', async () => {
  const list = async () => (await (await site.signedIn(manager.email)).get('/agence/inscriptions')).text;
  site.clock.set('2026-03-16T09:00:00Z');
  expect(await list()).not.toContain('Valideur RH, en retard');
  site.clock.set('2026-03-17T09:00:00Z');
  expect(await list()).toContain('Valideur RH, en retard');
});
