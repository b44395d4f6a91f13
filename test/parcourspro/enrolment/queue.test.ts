import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  decideEnrolment,
  expireUnanswered,
  registrationOptions,
  requestEnrolment,
} from '../../../src/parcourspro/enrolment/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createFormation, createTeams, type Team } from '../../support/enrolments.ts';
import { createUser } from '../../support/people.ts';

/** Who sits, who waits, and who is passed over: DOMAIN §7, rule 2 and « nobody passes ahead of the queue ». */
let site: TestSite;
let teams: [Team, Team];
let actionId: number;
let sessionId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  teams = (await createTeams(site.dependencies.db, 2, 4, 2026)) as [Team, Team];
  ({ actionId, sessionId } = await createFormation(site, { capacity: 4, waitingCapacity: 4 }));
});

async function ask(team: Team, person: number, session = sessionId): Promise<number> {
  site.clock.advance(1000);
  const actor = team.people[person] as Team['people'][0];
  const { id } = await requestEnrolment(site.dependencies, actor, {
    actionId,
    sessionId: session,
    structureId: team.structureId,
    motivation: 'Progresser',
  });
  return id;
}

const approve = (team: Team, id: number) =>
  decideEnrolment(site.dependencies, id, {
    event: 'approve',
    by: { role: 'hr_validator', userId: team.validatorId, way: 'page' },
  });

const withdraw = (team: Team, person: number, id: number) =>
  decideEnrolment(site.dependencies, id, {
    event: 'withdraw',
    by: { role: 'beneficiary', userId: (team.people[person] as Team['people'][0]).userId, way: 'page' },
    reason: 'Empêchement',
  });

const stateOf = async (id: number) => (await site.dependencies.db('enrolments').where({ id }).first()).state;

test('the third of a structure waits without holding up another structure, and sits when a colleague leaves', async () => {
  const [one, other] = teams;
  const first = await ask(one, 0);
  await approve(one, first);
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2);
  expect(await approve(one, third)).toBe('waitlisted');
  expect(await approve(other, await ask(other, 0))).toBe('preregistered');

  await withdraw(one, 0, first);
  expect(await stateOf(third)).toBe('preregistered');
});

test('a seat given back in one session lets a colleague sit in another session of the action', async () => {
  const [one] = teams;
  const second = await createSession(site.dependencies.db, {
    actionId,
    now: site.clock.now(),
    startsInDays: 40,
  });
  const first = await ask(one, 0);
  await approve(one, first);
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2, second);
  expect(await approve(one, third)).toBe('waitlisted');
  await withdraw(one, 0, first);
  expect(await stateOf(third)).toBe('preregistered');
});

test('somebody who left the structure neither sits nor holds up the queue', async () => {
  const { db } = site.dependencies;
  const [one, other] = teams;
  await db('sessions').where({ id: sessionId }).update({ capacity: 1 });
  const seated = await ask(one, 0);
  await approve(one, seated);
  const gone = await ask(one, 1);
  await approve(one, gone);
  const next = await ask(other, 0);
  await approve(other, next);
  await db('affiliations').where({ user_id: one.people[1]?.userId }).delete();

  await withdraw(one, 0, seated);
  expect(await stateOf(gone)).toBe('waitlisted');
  expect(await stateOf(next)).toBe('preregistered');
  await withdraw(other, 0, next);
  expect(await approve(other, await ask(other, 1))).toBe('preregistered');
});

test('a session over its capacity promotes nobody until it fits', async () => {
  const { db } = site.dependencies;
  const [one, other] = teams;
  const seats = [await ask(one, 0), await ask(other, 0)];
  await approve(one, seats[0] as number);
  await approve(other, seats[1] as number);
  await db('sessions').where({ id: sessionId }).update({ capacity: 1 });
  const waiting = await ask(one, 1);
  expect(await approve(one, waiting)).toBe('waitlisted');
  await withdraw(one, 0, seats[0] as number);
  expect(await stateOf(waiting)).toBe('waitlisted');
  await withdraw(other, 0, seats[1] as number);
  expect(await stateOf(waiting)).toBe('preregistered');
});

test('nobody decides on their own request, not even the agency’s own people', async () => {
  const { db } = site.dependencies;
  const [one] = teams;
  const id = await ask(one, 0);
  const self = { userId: one.people[0]?.userId as number, way: 'page' } as const;
  for (const role of ['hr_validator', 'agency'] as const) {
    await expect(
      decideEnrolment(site.dependencies, id, { event: 'approve', by: { role, ...self } }),
    ).rejects.toThrow('Personne ne décide de sa propre demande');
  }
  expect(await stateOf(id)).toBe('requested');
  expect(await db('enrolment_history').where({ enrolment_id: id })).toHaveLength(1);
});

test('with no other validator the agency is asked, with a way to decide', async () => {
  const { db } = site.dependencies;
  const [one] = teams;
  await db('affiliation_rights').where({ right: 'hr_validator' }).delete();
  const manager = await createUser(db, { isAgencyManager: true });
  site.mailbox.clear();
  const id = await ask(one, 0);
  await site.runJobs();
  expect(site.mailbox.latestLink(manager.email)).toBe(`/agence/inscriptions/${id}`);
});

test('unanswered requests end when registration closes, and give the yearly rights back', async () => {
  const [one] = teams;
  await site.dependencies.db('enrolments').where({ state: 'requested' }).update({ state: 'withdrawn' });
  const id = await ask(one, 0);
  expect(await expireUnanswered(site.dependencies)).toBe(0);
  const now = site.clock.now();
  site.clock.advance(29.5 * DAY);
  expect(await expireUnanswered(site.dependencies)).toBe(1);
  expect(await expireUnanswered(site.dependencies)).toBe(0);
  expect(await stateOf(id)).toBe('expired');
  site.mailbox.clear();
  await site.runJobs();
  expect(site.mailbox.mails.filter((mail) => mail.subject.includes('sans réponse'))).toHaveLength(2);
  site.clock.set(now);
  const option = (await registrationOptions(site.dependencies, one.people[0], actionId)).get(sessionId);
  expect(option?.blockers).toEqual([]);
});
