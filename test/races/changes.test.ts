import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { cancelSession, changeCapacity, restoreSession } from '#enrolment/session-changes/service.ts';
import { LIVE_STATES } from '#enrolment/states.ts';
import { Conflict } from '#platform/errors.ts';
import { createSession, setSession } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  countStates,
  createFormation,
  createTeams,
  enrolmentsOf,
  findFaults,
  stateOf,
  type Team,
} from '../support/enrolments.ts';
import { patiently } from '../support/patience.ts';
import { createUser } from '../support/people.ts';
import { withoutLocks } from '../support/without-locks.ts';

/** Changes of whole sessions, exceptions and moves at the same moment as everything else. */
let database: TestDatabase;
let teams: Team[];
let actionId: number;
let sessionId: number;
let trainer: Doer;
let agency: Doer;
beforeEach(async () => {
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z' });
  teams = await createTeams(db(), 6, 3, 2026);
  const formation = await createFormation(database, { capacity: 3, waitingCapacity: 10 });
  ({ actionId, sessionId } = formation);
  const user = await createUser(db(), { affiliations: { [formation.providerId]: ['provider'] } });
  trainer = { role: 'provider', userId: user.id, way: 'page' };
  agency = {
    role: 'agency',
    userId: (await createUser(db(), { isAgencyManager: true })).id,
    way: 'page',
  };
});
afterEach(() => database.drop());

const deps = () => database.dependencies;
const db = () => database.dependencies.db;
const team = (index: number) => teams[index] as Team;
const person = (of: number, index: number) => team(of).people[index] as Team['people'][0];
const hr = (of: number): Doer => ({ role: 'hr_validator', userId: team(of).validatorId, way: 'page' });
const self = (of: number, index: number): Doer => ({
  role: 'beneficiary',
  userId: person(of, index).userId,
  way: 'page',
});

async function approved(of: number, index: number, session = sessionId): Promise<number> {
  const request = { actionId, sessionId: session, structureId: team(of).structureId, motivation: 'Essai' };
  const { id } = await requestEnrolment(deps(), person(of, index), request);
  await decideEnrolment(deps(), id, { event: 'approve', by: hr(of) });
  database.clock.advance(1000);
  return id;
}

/** Runs all at once; being refused is a right answer, an error is not. @returns how many came through */
async function together(works: (() => Promise<unknown>)[]): Promise<number> {
  const outcomes = await Promise.allSettled(works.map((work) => patiently(work)));
  for (const one of outcomes) {
    if (one.status === 'rejected' && !(one.reason instanceof Conflict)) throw one.reason;
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

const accept = (id: number) => decideEnrolment(deps(), id, { event: 'accept', by: trainer });
const withdraw = (id: number, by: Doer) =>
  decideEnrolment(deps(), id, { event: 'withdraw', by, reason: 'Empêchement' });
const cancel = () => cancelSession(deps(), sessionId, agency, 'Salle fermée');
const faults = () => findFaults(db(), actionId, 2);

test('cancelled while people are accepted, withdraw and ask: nobody is left behind in it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const ids = [await approved(0, 0), await approved(1, 0), await approved(2, 0), await approved(3, 0)];
    await together([
      cancel,
      () => accept(ids[0] as number),
      () => accept(ids[1] as number),
      () => withdraw(ids[2] as number, self(2, 0)),
      () => approved(4, 0),
      () => approved(5, 0),
    ]);
    const {
      requested = 0,
      waitlisted = 0,
      preregistered = 0,
      enrolled = 0,
    } = await countStates(db(), sessionId);
    expect(requested + waitlisted + preregistered + enrolled).toBe(0);
    expect(await faults()).toEqual([]);
    database.clock.advance(1000);
    await restoreSession(deps(), sessionId, agency);
    database.clock.advance(1000);
    expect(await faults()).toEqual([]);
    const live = (await enrolmentsOf(db())).filter(({ state }) => LIVE_STATES.includes(state));
    for (const { id, user_id: userId } of live) {
      await withdraw(id, { role: 'beneficiary', userId, way: 'page' });
    }
  }
});

test('cancelled twice, restored twice at once: once each', async () => {
  await approved(0, 0);
  expect(await together([cancel, cancel, cancel])).toBe(1);
  database.clock.advance(1000);
  const restore = () => restoreSession(deps(), sessionId, agency);
  expect(await together([restore, restore, restore])).toBe(1);
  expect(await countStates(db(), sessionId)).toEqual({ preregistered: 1 });
  expect(await faults()).toEqual([]);
});

test('restored while the same people and others ask: no seat twice, no person twice', async () => {
  const other = await createSession(db(), {
    actionId,
    now: database.clock.now(),
    startsInDays: 40,
    capacity: 2,
  });
  for (let round = 0; round < 3; round += 1) {
    const [a, b, c] = [round * 2, round * 2 + 1, (round * 2 + 2) % 6];
    await approved(a, 0);
    await approved(b, 0);
    await approved(c, 1);
    await approved(b, 1);
    await cancel();
    database.clock.advance(1000);
    await together([
      () => restoreSession(deps(), sessionId, agency),
      () => approved(a, 0, other),
      () => approved(b, 0, other),
      () => approved(c, 2),
      () => approved(a, 2),
    ]);
    expect(await faults()).toEqual([]);
    const live = (await enrolmentsOf(db())).filter(({ state }) => LIVE_STATES.includes(state));
    expect(new Set(live.map((row) => row.user_id)).size).toBe(live.length);
    database.clock.advance(1000);
    for (const { id, user_id: userId } of live) {
      await withdraw(id, { role: 'beneficiary', userId, way: 'page' });
    }
    await setSession(db(), sessionId, { cancelled_at: null });
  }
});

test('more places while others ask: the queue first, in its order, and every seat given', async () => {
  for (const one of [0, 1, 2, 3, 4]) await approved(one, 0);
  await together([
    () => changeCapacity(deps(), sessionId, agency, { capacity: 6, waitingCapacity: 10 }),
    () => approved(5, 0),
    () => approved(5, 1),
    () => approved(4, 1),
  ]);
  expect(await faults()).toEqual([]);
  const { preregistered = 0, waitlisted = 0 } = await countStates(db(), sessionId);
  expect([preregistered, waitlisted]).toEqual([6, 2]);
});

test('fewer places while people ask: never more seats given than there are then', async () => {
  const before = await approved(0, 0);
  await together([
    () => changeCapacity(deps(), sessionId, trainer, { capacity: 1, waitingCapacity: 10 }),
    () => approved(1, 0),
    () => approved(2, 0),
  ]);
  await withdraw(before, self(0, 0));
  const { preregistered = 0 } = await countStates(db(), sessionId);
  expect(preregistered).toBeLessThanOrEqual(2);
});

test('the one free seat, given by exception, by hand, to a request and to a move at once: one has it', async () => {
  const other = await createSession(db(), { actionId, now: database.clock.now(), startsInDays: 40 });
  await approved(0, 0);
  await approved(0, 1);
  const waiting = await approved(0, 2);
  const elsewhere = await approved(1, 0, other);
  const seat = (by: Doer) => () =>
    decideEnrolment(deps(), waiting, { event: 'seat', by, reason: 'Un binôme' });
  await together([
    seat(trainer),
    seat(agency),
    () =>
      enrolByHand(deps(), agency, {
        userId: person(2, 0).userId,
        structureId: team(2).structureId,
        sessionId,
        reason: 'Demande',
      }),
    () => moveEnrolment(deps(), elsewhere, agency, { sessionId, reason: 'Congés' }),
    () => approved(3, 0),
  ]);
  const counts = await countStates(db(), sessionId);
  expect((counts.preregistered ?? 0) + (counts.enrolled ?? 0)).toBe(3);
  expect(await faults()).toEqual([]);
});

test('moved to two sessions, withdrawn and cancelled at once: one place at the end, or none', async () => {
  const other = await createSession(db(), {
    actionId,
    now: database.clock.now(),
    startsInDays: 40,
    capacity: 1,
  });
  const third = await createSession(db(), {
    actionId,
    now: database.clock.now(),
    startsInDays: 50,
    capacity: 1,
  });
  for (const one of [0, 1, 2]) {
    const id = await approved(one, 0);
    await together([
      () => moveEnrolment(deps(), id, agency, { sessionId: other, reason: 'Congés' }),
      () => moveEnrolment(deps(), id, agency, { sessionId: third, reason: 'Congés' }),
      () => withdraw(id, self(one, 0)),
      ...(one === 2 ? [cancel] : []),
    ]);
    expect(await faults()).toEqual([]);
  }
});

test('an approval taken back while the provider accepts and the person withdraws: one end, one successor', async () => {
  await setSession(db(), sessionId, { capacity: 1 });
  const seat = await approved(0, 0);
  const next = await approved(1, 0);
  const back = () =>
    decideEnrolment(deps(), seat, { event: 'withdraw_approval', by: hr(0), reason: 'Absence' });
  await together([back, back, () => withdraw(seat, self(0, 0)), () => accept(seat)]);
  expect(await stateOf(db(), next)).toBe('preregistered');
  expect(await faults()).toEqual([]);
});

describe('the control', () => {
  test('without the locks the same moves oversell: these tests can fail', async () => {
    await withoutLocks(async () => {
      let found = false;
      for (let attempt = 0; attempt < 12 && !found; attempt += 1) {
        const formation = await createFormation(database, { capacity: 1, waitingCapacity: 10 });
        const hands = teams.map(
          (one) => () =>
            enrolByHand(deps(), agency, {
              userId: (one.people[0] as Team['people'][0]).userId,
              structureId: one.structureId,
              sessionId: formation.sessionId,
              reason: 'Demande',
            }),
        );
        await together(hands);
        found = (await findFaults(db(), formation.actionId, 2)).length > 0;
      }
      expect(found).toBe(true);
    });
  });
});
