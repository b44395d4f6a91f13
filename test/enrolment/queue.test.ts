import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  decideEnrolment,
  expireUnanswered,
  promoteWaiting,
  registrationOptions,
  requestEnrolment,
} from '#enrolment/service.ts';
import { cancelSession } from '#enrolment/session-changes/service.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createSession, setAction, setSession } from '../support/catalogue.ts';
import { DAY } from '../support/database.ts';
import {
  createEnrolment,
  createFormation,
  createTeams,
  historyOf,
  stateOf,
  statesOf,
  type Team,
  withdrawRequests,
} from '../support/enrolments.ts';
import { createUser, leaveStructures, takeRight } from '../support/people.ts';
import { setSettings, settingsOf } from '../support/settings.ts';

const schedule = scheduleOf(features);

/** Who sits, who waits, and who is passed over: domain.md §7, rule 2 and « nobody passes ahead of the queue ». */
let site: TestSite;
let teams: [Team, Team];
let actionId: number;
let sessionId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  teams = (await createTeams(db(), 2, 4, 2026)) as [Team, Team];
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

const db = () => site.dependencies.db;

test('the third of a structure waits without holding up another structure, and sits when a colleague leaves', async () => {
  const [one, other] = teams;
  const first = await ask(one, 0);
  await approve(one, first);
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2);
  expect(await approve(one, third)).toMatchObject({ state: 'waitlisted' });
  expect(await approve(other, await ask(other, 0))).toMatchObject({ state: 'preregistered' });

  await withdraw(one, 0, first);
  expect(await stateOf(db(), third)).toBe('preregistered');
});

test('a seat given back in one session lets a colleague sit in another session of the action', async () => {
  const [one] = teams;
  const second = await createSession(db(), {
    actionId,
    now: site.clock.now(),
    startsInDays: 40,
  });
  const first = await ask(one, 0);
  await approve(one, first);
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2, second);
  expect(await approve(one, third)).toMatchObject({ state: 'waitlisted' });
  await withdraw(one, 0, first);
  expect(await stateOf(db(), third)).toBe('preregistered');
});

test('a session cancelled lets a colleague sit in another session of the action', async () => {
  const [one] = teams;
  const second = await createSession(db(), {
    actionId,
    now: site.clock.now(),
    startsInDays: 40,
  });
  await approve(one, await ask(one, 0));
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2, second);
  expect(await approve(one, third)).toMatchObject({ state: 'waitlisted' });
  const manager = await createUser(db(), { isAgencyManager: true });
  const agency = { role: 'agency', userId: manager.id, way: 'page' } as const;
  await cancelSession(site.dependencies, sessionId, agency, 'Salle fermée');
  expect(await stateOf(db(), third)).toBe('preregistered');
});

test('whoever may sit though no seat was released is given the free one within the hour, once', async () => {
  const [one, other] = teams;
  await approve(one, await ask(one, 0));
  await approve(one, await ask(one, 1));
  const third = await ask(one, 2);
  const fourth = await ask(one, 3);
  expect(await approve(one, third)).toMatchObject({ state: 'waitlisted' });
  expect(await approve(one, fourth)).toMatchObject({ state: 'waitlisted' });
  expect(await promoteWaiting(site.dependencies)).toBe(0);
  const { structure_seats_per_formation: share } = await settingsOf(db());
  await setSettings(db(), { structure_seats_per_formation: share + 1 });
  // Nobody passes them meanwhile.
  const late = await ask(other, 0);
  expect(await approve(other, late)).toMatchObject({ state: 'waitlisted' });
  await Promise.all([1, 2, 3].map(() => promoteWaiting(site.dependencies)));
  expect(await statesOf(db(), [third, fourth, late])).toEqual([
    'preregistered',
    'waitlisted',
    'preregistered',
  ]);
  expect(await promoteWaiting(site.dependencies)).toBe(0);
  const seated = (await historyOf(db(), third)).filter(({ to_state }) => to_state === 'preregistered');
  expect(seated).toHaveLength(1);
  expect(schedule.some(({ task }) => task === 'promote_waiting_enrolments')).toBe(true);
  await setSettings(db(), { structure_seats_per_formation: share });
});

test('somebody who left the structure neither sits nor holds up the queue', async () => {
  const [one, other] = teams;
  await setSession(db(), sessionId, { capacity: 1 });
  const seated = await ask(one, 0);
  await approve(one, seated);
  const gone = await ask(one, 1);
  await approve(one, gone);
  const next = await ask(other, 0);
  await approve(other, next);
  await leaveStructures(db(), (one.people[1] as Team['people'][0]).userId);

  await withdraw(one, 0, seated);
  expect(await stateOf(db(), gone)).toBe('waitlisted');
  expect(await stateOf(db(), next)).toBe('preregistered');
  await withdraw(other, 0, next);
  expect(await approve(other, await ask(other, 1))).toMatchObject({ state: 'preregistered' });
});

test('a session over its capacity promotes nobody until it fits', async () => {
  const [one, other] = teams;
  const seats = [await ask(one, 0), await ask(other, 0)];
  await approve(one, seats[0] as number);
  await approve(other, seats[1] as number);
  await setSession(db(), sessionId, { capacity: 1 });
  const waiting = await ask(one, 1);
  expect(await approve(one, waiting)).toMatchObject({ state: 'waitlisted' });
  await withdraw(one, 0, seats[0] as number);
  expect(await stateOf(db(), waiting)).toBe('waitlisted');
  await withdraw(other, 0, seats[1] as number);
  expect(await stateOf(db(), waiting)).toBe('preregistered');
});

test('nobody decides on their own request, not even the agency’s own people', async () => {
  const [one] = teams;
  const id = await ask(one, 0);
  const self = { userId: one.people[0]?.userId as number, way: 'page' } as const;
  for (const role of ['hr_validator', 'agency'] as const) {
    await expect(
      decideEnrolment(site.dependencies, id, { event: 'approve', by: { role, ...self } }),
    ).rejects.toThrow('Personne ne décide de sa propre demande');
  }
  expect(await stateOf(db(), id)).toBe('requested');
  expect(await historyOf(db(), id)).toHaveLength(1);
});

test('with no other validator the agency is asked, with a way to decide', async () => {
  const [one] = teams;
  await takeRight(db(), 'hr_validator');
  const manager = await createUser(db(), { isAgencyManager: true });
  site.mailbox.clear();
  const id = await ask(one, 0);
  await site.runJobs();
  expect(site.mailbox.latestLink(manager.email)).toBe(`/agence/inscriptions/${id}`);
});

test('who is left waiting or unanswered when the session begins is told, and may ask again', async () => {
  const [one, other] = teams;
  await setSession(db(), sessionId, { capacity: 1 });
  const seated = await ask(one, 0);
  await approve(one, seated);
  const waiting = await ask(other, 0);
  await approve(other, waiting);
  await site.runJobs();
  const now = site.clock.now();
  site.clock.advance(31 * DAY);
  site.mailbox.clear();
  await expireUnanswered(site.dependencies);
  await site.runJobs();
  expect(await stateOf(db(), waiting)).toBe('expired');
  expect(await stateOf(db(), seated)).toBe('expired');
  const person = other.people[0] as Team['people'][0];
  expect(site.mailbox.to(person.email).map((mail) => mail.subject)).toEqual([
    expect.stringContaining('restée sans réponse'),
  ]);
  const later = await createSession(db(), { actionId, now: site.clock.now() });
  const option = (await registrationOptions(site.dependencies, person, actionId)).get(later);
  expect(option?.blockers).toEqual([]);
  site.clock.set(now);
});

test('a right taken away while a page was open no longer decides, nor for somebody who left', async () => {
  const [one] = teams;
  const id = await ask(one, 0);
  await takeRight(db(), 'hr_validator', { user_id: one.validatorId });
  await expect(approve(one, id)).rejects.toThrow('Vous n’avez plus le droit');
  await leaveStructures(db(), (one.people[0] as Team['people'][0]).userId);
  const agency = await createUser(db(), { isAgencyManager: true });
  await expect(
    decideEnrolment(site.dependencies, id, {
      event: 'approve',
      by: { role: 'agency', userId: agency.id, way: 'page' },
    }),
  ).rejects.toThrow('n’est plus dans la structure');
  expect(await stateOf(db(), id)).toBe('requested');
});

test('the same action taken twice in a year uses two rights', async () => {
  const [one] = teams;
  const person = one.people[0] as Team['people'][0];
  for (const session of [
    sessionId,
    await createSession(db(), { actionId, now: site.clock.now(), startsInDays: 60 }),
  ]) {
    await createEnrolment(db(), {
      userId: person.userId,
      structureId: one.structureId,
      sessionId: session,
      state: 'attended',
      at: site.clock.now(),
    });
  }
  await setSettings(db(), { yearly_formations: 2 });
  const another = await createFormation(site, { capacity: 4, waitingCapacity: 4 });
  const options = await registrationOptions(site.dependencies, person, another.actionId);
  expect(options.get(another.sessionId)?.blockers.map(({ code }) => code)).toEqual([
    'yearly_formations_used',
  ]);
  await setSettings(db(), { yearly_formations: 3 });
});

test('a draft takes nobody, however the request comes', async () => {
  const [one] = teams;
  const now = site.clock.now().getTime();
  await setAction(db(), actionId, { published_at: new Date(now + 10 * DAY) });
  await expect(ask(one, 0)).rejects.toThrow('n’est pas publiée');
  await setAction(db(), actionId, { published_at: new Date(0), archived_at: new Date(now) });
  await expect(ask(one, 0)).rejects.toThrow('n’est pas publiée');
});

test('unanswered requests end when registration closes, and give the yearly rights back', async () => {
  const [one] = teams;
  await withdrawRequests(db());
  const id = await ask(one, 0);
  expect(await expireUnanswered(site.dependencies)).toBe(0);
  const now = site.clock.now();
  site.clock.advance(29.5 * DAY);
  expect(await expireUnanswered(site.dependencies)).toBe(1);
  expect(await expireUnanswered(site.dependencies)).toBe(0);
  expect(await stateOf(db(), id)).toBe('expired');
  site.mailbox.clear();
  await site.runJobs();
  expect(site.mailbox.mails.filter((mail) => mail.subject.includes('sans réponse'))).toHaveLength(2);
  site.clock.set(now);
  const option = (await registrationOptions(site.dependencies, one.people[0], actionId)).get(sessionId);
  expect(option?.blockers).toEqual([]);
});
