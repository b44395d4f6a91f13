import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { moveEnrolment } from '#enrolment/placement/service.ts';
import {
  decideEnrolment,
  expireUnanswered,
  promoteWaiting,
  registrationOptions,
  requestEnrolment,
} from '#enrolment/service.ts';
import {
  cancelSession,
  type NewSlot,
  rescheduleSession,
  restoreSession,
} from '#enrolment/session-changes/service.ts';
import { recordAttendance } from '#follow-up/attendance/service.ts';
import { parisMoment } from '#platform/french/time.ts';
import { Refused } from '#platform/workflow/conditions.ts';
import {
  addSlots,
  createAction,
  createKind,
  createSession,
  sessionOf,
  setDates,
  setSession,
} from '../support/catalogue.ts';
import { createTestDatabase, DAY, HOUR, type TestDatabase } from '../support/database.ts';
import {
  actorOf,
  createFormation,
  createTeams,
  enrolmentOf,
  enrolmentsOf,
  setEnrolment,
  stateOf,
  statesOf,
  type Team,
} from '../support/enrolments.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  leaveStructures,
  reopenAccount,
  setMembership,
} from '../support/people.ts';
import { allWaitingFor, thePerson } from '../support/waiting.ts';

// Beside the main paths: several of something, a second time, people who left, midnight and ties.
const START = '2026-03-02T09:00:00Z';
let database: TestDatabase;
let teams: [Team, Team, Team];
let actionId: number;
let sessionId: number;
let providerId: number;
let agency: Doer;

beforeAll(async () => {
  database = await createTestDatabase({ now: START });
  const manager = await createUser(db(), { isAgencyManager: true });
  agency = { role: 'agency', userId: manager.id, way: 'page' };
});
afterAll(() => database.drop());
beforeEach(async () => {
  database.clock.set(START);
  teams = (await createTeams(db(), 3, 2, 2026)) as typeof teams;
  ({ actionId, sessionId, providerId } = await createFormation(database, {
    capacity: 2,
    waitingCapacity: 5,
  }));
});

const db = () => database.dependencies.db;
const deps = () => database.dependencies;
const now = () => database.clock.now();
const person = (team: Team, index = 0) => team.people[index] as Team['people'][0];

async function ask(team: Team, index = 0, to = { actionId, sessionId }): Promise<number> {
  database.clock.advance(1000);
  const request = { ...to, structureId: team.structureId, motivation: 'Progresser' };
  return (await requestEnrolment(deps(), person(team, index), request)).id;
}
async function approved(team: Team, index = 0, to = { actionId, sessionId }): Promise<number> {
  const id = await ask(team, index, to);
  const by: Doer = { role: 'hr_validator', userId: team.validatorId, way: 'page' };
  await decideEnrolment(deps(), id, { event: 'approve', by });
  return id;
}
const withdraw = (id: number, userId: number) =>
  decideEnrolment(deps(), id, {
    event: 'withdraw',
    by: { role: 'beneficiary', userId, way: 'page' },
    reason: 'Empêchement',
  });
const newAction = async (kind = 'formation') => {
  const { id } = await createAction(db(), { providerId, kind });
  return { actionId: id, sessionId: await createSession(db(), { actionId: id, now: now() }) };
};
const slotAt = (startsAt: Date): NewSlot => ({
  startsAt,
  endsAt: new Date(startsAt.getTime() + 3 * HOUR),
  modality: 'remote',
  place: '',
  address: '',
  postcode: '',
  city: '',
  link: '',
});
const codesFor = async (
  actor: Team['people'][0],
  structureId: number,
  to: { actionId: number; sessionId: number },
) =>
  (
    (await registrationOptions(deps(), actor, to.actionId, structureId)).get(to.sessionId)?.blockers ?? []
  ).map(({ code }) => code);

test('somebody of several structures who asks through each at once does not exceed the yearly rights', async () => {
  const structures = await Promise.all(
    Array.from({ length: 8 }, () => createStructure(db(), { memberIn: [2026] })),
  );
  const user = await createUser(db(), { affiliations: Object.fromEntries(structures.map((id) => [id, []])) });
  const actor = await actorOf(db(), user.id);
  const wanted = await Promise.all(structures.map(() => newAction('lab-innov')));
  const refused: string[] = [];
  await allWaitingFor(
    db(),
    thePerson(user.id),
    structures.map((structureId, index) => async () => {
      const target = wanted[index] as { actionId: number; sessionId: number };
      try {
        await requestEnrolment(deps(), actor, { ...target, structureId, motivation: 'Apprendre' });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push(...error.refusals.map(({ code }) => code));
      }
    }),
  );
  expect(await enrolmentsOf(db(), { user_id: user.id })).toHaveLength(5);
  expect(refused).toEqual(Array(3).fill('yearly_actions_used'));
});

describe('a second time', () => {
  test('dates changed again ask again: the first confirmation does not stand for them', async () => {
    const id = await approved(teams[0]);
    const { userId } = person(teams[0]);
    const by: Doer = { role: 'beneficiary', userId, way: 'page' };
    await rescheduleSession(deps(), sessionId, agency, {
      slots: [slotAt(new Date(+now() + 20 * DAY))],
      reason: 'Un',
    });
    await decideEnrolment(deps(), id, { event: 'confirm', by });
    expect((await enrolmentOf(db(), id)).confirmed_at).not.toBeNull();
    await rescheduleSession(deps(), sessionId, agency, {
      slots: [slotAt(new Date(+now() + 2 * DAY))],
      reason: 'Deux',
    });
    expect((await enrolmentOf(db(), id)).confirmed_at).toBeNull();
    await decideEnrolment(deps(), id, { event: 'confirm', by });
    await rescheduleSession(deps(), sessionId, agency, {
      slots: [slotAt(new Date(+now() + 3 * DAY))],
      reason: 'Trois',
    });
    await withdraw(id, userId);
    expect((await enrolmentOf(db(), id)).withdrawn_late).toBe(false);
  });

  test('somebody moved elsewhere is no longer asked about the dates that they left', async () => {
    const id = await approved(teams[0]);
    await rescheduleSession(deps(), sessionId, agency, {
      slots: [slotAt(new Date(+now() + 20 * DAY))],
      reason: 'Un',
    });
    const twin = await createSession(db(), { actionId, now: now(), startsInDays: 40 });
    await moveEnrolment(deps(), id, agency, { sessionId: twin, reason: 'Échange' });
    expect(await enrolmentOf(db(), id)).toMatchObject({ confirmation_asked_at: null, confirmed_at: null });
    const by: Doer = { role: 'beneficiary', userId: person(teams[0]).userId, way: 'page' };
    await expect(decideEnrolment(deps(), id, { event: 'confirm', by })).rejects.toThrow('déjà confirmée');
  });

  test('restored: whoever had a seat takes it first, though somebody who waited had asked before', async () => {
    await setSession(db(), sessionId, { capacity: 1 });
    const seat = await approved(teams[0]);
    const waiting = await approved(teams[1]);
    await setEnrolment(db(), waiting, { requested_at: new Date(+now() - DAY) });
    await cancelSession(deps(), sessionId, agency, 'Salle fermée');
    expect(await restoreSession(deps(), sessionId, agency)).toEqual({ back: 2, stayed: 0 });
    expect(await statesOf(db(), [seat, waiting])).toEqual(['preregistered', 'waitlisted']);
  });
});

describe('only what is reserved and counts uses a right of the year', () => {
  test.each([
    [true, true, ['yearly_actions_used']],
    [true, false, []],
    [false, true, []],
    [false, false, []],
  ])('reserved: %s, counted: %s', async (reserved, counted, expected) => {
    const actor = person(teams[0]);
    for (let index = 0; index < 5; index += 1) await ask(teams[0], 0, await newAction('lab-innov'));
    const code = `essai-${reserved}-${counted}`;
    await createKind(db(), 'lab-innov', { code, reserved, counts_in_yearly_total: counted });
    // Neither is it refused for what is used...
    expect(await codesFor(actor, teams[0].structureId, await newAction(code))).toEqual(expected);
    // ... nor does it use anything itself.
    for (let index = 0; index < 5; index += 1) await ask(teams[1], 0, await newAction(code));
    expect(await codesFor(person(teams[1]), teams[1].structureId, await newAction('lab-innov'))).toEqual(
      expected,
    );
  });
});

describe('people who left, accounts that closed, sessions that began', () => {
  test('a closed account at the head of the queue lets the next one sit', async () => {
    await setSession(db(), sessionId, { capacity: 1 });
    const seat = await approved(teams[0]);
    const closed = await approved(teams[1]);
    const next = await approved(teams[2]);
    await closeAccount(db(), person(teams[1]).userId, now());
    await withdraw(seat, person(teams[0]).userId);
    expect(await statesOf(db(), [closed, next])).toEqual(['waitlisted', 'preregistered']);
  });

  test('a closed account at the head of the queue is nobody to wait behind, for a free seat', async () => {
    await setSession(db(), sessionId, { capacity: 0 });
    await approved(teams[1]);
    await setSession(db(), sessionId, { capacity: 1 });
    const waitingFor = async () =>
      (await registrationOptions(deps(), person(teams[0]), actionId, teams[0].structureId)).get(sessionId)
        ?.waitingFor;
    expect(await waitingFor()).toBe('D’autres personnes attendent déjà une place.');
    await closeAccount(db(), person(teams[1]).userId, now());
    expect(await waitingFor()).toBeUndefined();
    const id = await ask(teams[0]);
    const by: Doer = { role: 'hr_validator', userId: teams[0].validatorId, way: 'page' };
    expect(await decideEnrolment(deps(), id, { event: 'approve', by })).toMatchObject({
      state: 'preregistered',
    });
  });

  test('a seat free behind a closed account alone gives the hourly job nothing to do', async () => {
    await setSession(db(), sessionId, { capacity: 0 });
    await approved(teams[1]);
    await setSession(db(), sessionId, { capacity: 1 });
    await closeAccount(db(), person(teams[1]).userId, now());
    expect(await promoteWaiting(deps())).toBe(0);
    await reopenAccount(db(), person(teams[1]).userId);
    expect(await promoteWaiting(deps())).toBe(1);
  });

  test('nobody is approved whose account is closed', async () => {
    const id = await ask(teams[0]);
    await closeAccount(db(), person(teams[0]).userId, now());
    const by: Doer = { role: 'hr_validator', userId: teams[0].validatorId, way: 'page' };
    await expect(decideEnrolment(deps(), id, { event: 'approve', by })).rejects.toThrow(
      'La personne n’est plus dans la structure.',
    );
    expect(await stateOf(db(), id)).toBe('requested');
  });

  test('whoever left their structure is not moved to another session', async () => {
    const id = await approved(teams[0]);
    const twin = await createSession(db(), { actionId, now: now(), startsInDays: 40 });
    await leaveStructures(db(), person(teams[0]).userId);
    await expect(moveEnrolment(deps(), id, agency, { sessionId: twin, reason: 'Échange' })).rejects.toThrow(
      'La personne n’est plus dans la structure.',
    );
    expect((await enrolmentOf(db(), id)).session_id).toBe(sessionId);
  });

  test('a cancelled session is not restored from the very moment at which it should have begun', async () => {
    await approved(teams[0]);
    await cancelSession(deps(), sessionId, agency, 'Salle fermée');
    const { starts_at, ends_at } = await sessionOf(db(), sessionId);
    for (const moment of [starts_at, new Date((+starts_at + +ends_at) / 2)]) {
      database.clock.set(moment);
      await expect(restoreSession(deps(), sessionId, agency)).rejects.toThrow(
        'Cette session a déjà commencé',
      );
    }
    database.clock.set(new Date(+starts_at - 1));
    expect(await restoreSession(deps(), sessionId, agency)).toMatchObject({ back: 1 });
  });

  test('whoever waits is told at the start of the session, not at its end', async () => {
    await setSession(db(), sessionId, { capacity: 0 });
    const waiting = await approved(teams[0]);
    const { starts_at } = await sessionOf(db(), sessionId);
    database.clock.set(new Date(+starts_at - 1));
    await expireUnanswered(deps());
    expect(await stateOf(db(), waiting)).toBe('waitlisted');
    database.clock.set(starts_at);
    await expireUnanswered(deps());
    expect(await stateOf(db(), waiting)).toBe('expired');
  });

  test('presence is recorded for half-days that have begun alone, though the session has', async () => {
    const id = await approved(teams[0]);
    await setEnrolment(db(), id, { state: 'enrolled' });
    const { starts_at } = await sessionOf(db(), sessionId);
    const later = { starts_at: new Date(+starts_at + DAY), ends_at: new Date(+starts_at + DAY + HOUR) };
    const [slotId] = (await addSlots(db(), sessionId, [later])) as [number];
    await setSession(db(), sessionId, { ends_at: later.ends_at });
    database.clock.set(new Date(+later.starts_at - 1));
    const marks = [{ enrolmentId: id, presence: 'present' as const, minutes: null }];
    const record = () =>
      recordAttendance(deps(), sessionId, agency, { slotId, version: 0, marks: marks as never });
    await expect(record()).rejects.toThrow('Cette demi-journée n’a pas commencé.');
    database.clock.set(later.starts_at);
    await record();
  });
});

describe('midnight, ties, neighbours', () => {
  test('a session of New Year’s midnight in Paris counts in the new year', async () => {
    await setMembership(db(), teams[0].structureId, [2026, 2027]);
    const startingAt = async (startsAt: Date) => {
      const target = await newAction('lab-innov');
      const ends_at = new Date(+startsAt + 3 * HOUR);
      await setDates(db(), target.sessionId, [{ starts_at: startsAt, ends_at }]);
      return target;
    };
    const midnight = parisMoment('2027-01-01', '00:00');
    for (let index = 0; index < 5; index += 1) await ask(teams[0], 0, await startingAt(midnight));
    const codes = async (startsAt: Date) =>
      codesFor(person(teams[0]), teams[0].structureId, await startingAt(startsAt));
    expect(await codes(new Date(+midnight - 1))).toEqual([]);
    expect(await codes(midnight)).toEqual(['yearly_actions_used']);
    expect(await codes(parisMoment('2027-12-31', '23:59'))).toEqual(['yearly_actions_used']);
    expect(await codes(parisMoment('2028-01-01', '00:00'))).toEqual([]);
  });

  test('a membership holds by the year in Paris, an hour ahead of UTC at New Year', async () => {
    const [old, coming] = [teams[0], teams[1]];
    await setMembership(db(), coming.structureId, [2027]);
    const target = await newAction('lab-innov');
    await setSession(db(), target.sessionId, {
      registration_closes_at: parisMoment('2027-02-01', '00:00'),
      starts_at: parisMoment('2027-02-02', '09:00'),
      ends_at: parisMoment('2027-02-02', '12:00'),
    });
    const codes = () =>
      Promise.all([old, coming].map((team) => codesFor(person(team), team.structureId, target)));
    const midnight = parisMoment('2027-01-01', '00:00');
    database.clock.set(new Date(+midnight - 1));
    expect(await codes()).toEqual([[], ['not_member']]);
    // 23:00 on 31 December in UTC.
    database.clock.set(midnight);
    expect(await codes()).toEqual([['not_member'], []]);
  });

  test('of two requests of the same instant the first one recorded sits first', async () => {
    await setSession(db(), sessionId, { capacity: 1 });
    const seat = await approved(teams[0]);
    const first = await approved(teams[1]);
    const second = await approved(teams[2]);
    // Written again, the rows change places in the table: their order there decides nothing.
    for (const id of [second, first]) {
      await setEnrolment(db(), id, { requested_at: new Date(+now() - DAY) });
    }
    await withdraw(seat, person(teams[0]).userId);
    expect(await statesOf(db(), [first, second])).toEqual(['preregistered', 'waitlisted']);
  });

  test('half-days that only touch do not overlap; one minute more and they do', async () => {
    await ask(teams[0]);
    const { ends_at } = await sessionOf(db(), sessionId);
    const target = await newAction('lab-innov');
    const startingAt = async (starts_at: Date) => {
      await setDates(db(), target.sessionId, [{ starts_at, ends_at: new Date(+starts_at + 3 * HOUR) }]);
      const options = await registrationOptions(
        deps(),
        person(teams[0]),
        target.actionId,
        teams[0].structureId,
      );
      return options.get(target.sessionId)?.warnings ?? [];
    };
    expect(await startingAt(ends_at)).toEqual([]);
    expect((await startingAt(new Date(+ends_at - 60_000))).join()).toContain('aux mêmes heures');
  });

  test.each([
    ['before', -4],
    ['after', 3],
  ])('nor do they within sessions that cross: touching %s', async (_side, hours) => {
    await ask(teams[0]);
    const { starts_at } = await sessionOf(db(), sessionId);
    const between = (from: number, until: number) => ({
      starts_at: new Date(+starts_at + from * HOUR),
      ends_at: new Date(+starts_at + until * HOUR),
    });
    // 0 to 3 h, and a half-day of days before and after: the period of the session holds the other one whole.
    await setDates(db(), sessionId, [between(0, 3), between(-48, -45), between(48, 51)]);
    const target = await newAction('lab-innov');
    const warnings = async (from: number) => {
      await setDates(db(), target.sessionId, [between(from, from + (hours < 0 ? -hours : 3))]);
      const { actionId: wanted } = target;
      const options = await registrationOptions(deps(), person(teams[0]), wanted, teams[0].structureId);
      return (options.get(target.sessionId)?.warnings ?? []).join();
    };
    expect(await warnings(hours)).toBe('');
    expect(await warnings(hours + (hours < 0 ? 1 / 60 : -1 / 60))).toContain('aux mêmes heures');
  });
});
