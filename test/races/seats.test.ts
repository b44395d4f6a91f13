import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlreadyDecided } from '#enrolment/errors.ts';
import { findQueue } from '#enrolment/repository.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { Refused } from '#platform/workflow/conditions.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  actorOf,
  countStates,
  createFormation,
  createTeams,
  enrolmentsOf,
  findFaults,
  historyOf,
  stateOf,
  type Team,
} from '../support/enrolments.ts';
import { patiently } from '../support/patience.ts';
import { createStructure, createUser } from '../support/people.ts';
import { withoutLocks } from '../support/without-locks.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z' });
});
afterEach(() => database.drop());

/**
 * Everybody asks, and each request is approved as soon as it is there.
 * @returns the reasons of those whose request is refused
 * @throws Refused when an approval is
 */
async function rush(teams: Team[], actionId: number, sessionId: number): Promise<string[]> {
  const { dependencies } = database;
  const refused: string[] = [];
  await Promise.all(
    teams.flatMap(({ structureId, validatorId, people }) =>
      people.map(async (actor) => {
        const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
        let id: number;
        try {
          ({ id } = await patiently(() => requestEnrolment(dependencies, actor, request)));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          refused.push(...error.refusals.map(({ code }) => code));
          return;
        }
        const by = { role: 'hr_validator', userId: validatorId, way: 'page' } as const;
        await patiently(() => decideEnrolment(dependencies, id, { event: 'approve', by }));
      }),
    ),
  );
  return refused;
}

test('200 people for 10 seats and 20 waiting: 10 seated, 20 waiting in order, 170 told that it is full', async () => {
  const { db } = database.dependencies;
  const teams = await createTeams(db, 100, 2, 2026);
  const { actionId, sessionId } = await createFormation(database, { capacity: 10, waitingCapacity: 20 });

  const refused = await rush(teams, actionId, sessionId);

  expect(await countStates(db, sessionId)).toEqual({ preregistered: 10, waitlisted: 20 });
  expect(refused).toEqual(Array(170).fill('full'));
  expect(await findFaults(db, actionId, 2)).toEqual([]);

  // Whoever asked first among those who wait is the next to sit, every time a seat comes free.
  const waiting = await enrolmentsOf(db, { state: 'waitlisted' });
  const queue = waiting.toSorted((a, b) => +a.requested_at - +b.requested_at || a.id - b.id);
  const seated = await enrolmentsOf(db, { state: 'preregistered' });
  for (const [index, { id, user_id }] of seated.entries()) {
    await decideEnrolment(database.dependencies, id, {
      event: 'withdraw',
      by: { role: 'beneficiary', userId: user_id, way: 'page' },
      reason: 'Empêchement',
    });
    expect(await stateOf(db, queue[index]?.id as number)).toBe('preregistered');
  }
  expect(await findFaults(db, actionId, 2)).toEqual([]);
});

test('without the locks the same rush oversells: the race is real', async () => {
  const { db } = database.dependencies;
  const teams = await createTeams(db, 30, 2, 2026);
  let oversold = false;
  for (let attempt = 0; attempt < 10 && !oversold; attempt += 1) {
    const { actionId, sessionId } = await createFormation(database, { capacity: 3, waitingCapacity: 3 });
    await withoutLocks(() => rush(teams, actionId, sessionId));
    const live = Object.values(await countStates(db, sessionId)).reduce((sum, count) => sum + count, 0);
    oversold = live > 6 || (await findFaults(db, actionId, 2)).length > 0;
  }
  expect(oversold).toBe(true);
});

test('one person over several actions at once cannot exceed the yearly rights', async () => {
  const { dependencies, clock } = database;
  const [team] = (await createTeams(dependencies.db, 1, 1, 2026)) as [Team];
  const providerId = await createStructure(dependencies.db, { isTrainingBody: true });
  const actions = await Promise.all(
    [
      'formation',
      'formation',
      'formation',
      'formation',
      'formation',
      'lab-innov',
      'lab-innov',
      'lab-innov',
    ].map(async (kind) => {
      const { id } = await createAction(dependencies.db, { providerId, kind });
      return {
        actionId: id,
        sessionId: await createSession(dependencies.db, { actionId: id, now: clock.now() }),
      };
    }),
  );
  const [actor] = team.people as [(typeof team.people)[0]];
  const outcomes = await Promise.allSettled(
    actions.map((action) =>
      patiently(() =>
        requestEnrolment(dependencies, actor, {
          ...action,
          structureId: team.structureId,
          motivation: 'Apprendre',
        }),
      ),
    ),
  );
  const refused = outcomes.filter((one) => one.status === 'rejected').map((one) => one.reason);
  expect(refused.every((reason) => reason instanceof Refused)).toBe(true);
  const asked = (await enrolmentsOf(dependencies.db)).map(({ action_id }) => action_id);
  const formations = actions.slice(0, 5).map(({ actionId }) => actionId);
  expect(asked).toHaveLength(5);
  expect(asked.filter((id) => formations.includes(id)).length).toBeLessThanOrEqual(3);
});

test('a double click makes one request', async () => {
  const { dependencies } = database;
  const [team] = (await createTeams(dependencies.db, 1, 1, 2026)) as [Team];
  const { actionId, sessionId } = await createFormation(database, { capacity: 5, waitingCapacity: 5 });
  const request = { actionId, sessionId, structureId: team.structureId, motivation: 'Apprendre' };
  const [actor] = team.people as [(typeof team.people)[0]];
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => requestEnrolment(dependencies, actor, request)),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await countStates(dependencies.db, sessionId)).toEqual({ requested: 1 });
});

test('two validators decide at once: one wins, the other is told who', async () => {
  const { dependencies } = database;
  const { db } = dependencies;
  const structureId = await createStructure(db, { memberIn: [2026] });
  const person = await createUser(db, { affiliations: { [structureId]: [] } });
  const validators = await Promise.all(
    ['Agathe', 'Bruno'].map((firstName) =>
      createUser(db, { firstName, lastName: 'Valideur', affiliations: { [structureId]: ['hr_validator'] } }),
    ),
  );
  const { actionId, sessionId } = await createFormation(database, { capacity: 1, waitingCapacity: 1 });
  const { id } = await requestEnrolment(dependencies, await actorOf(db, person.id), {
    actionId,
    sessionId,
    structureId,
    motivation: 'Apprendre',
  });
  const outcomes = await Promise.allSettled(
    validators.map((validator, index) =>
      decideEnrolment(dependencies, id, {
        event: index === 0 ? 'approve' : 'refuse_by_hr',
        by: { role: 'hr_validator', userId: validator.id, way: 'email_link' },
        reason: 'Absence prévue',
      }),
    ),
  );
  const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const loser = outcomes[1 - winner];
  expect(loser).toMatchObject({ status: 'rejected', reason: expect.any(AlreadyDecided) });
  expect((loser as PromiseRejectedResult).reason.message).toContain(winner === 0 ? 'Agathe' : 'Bruno');
  expect(await historyOf(db, id)).toHaveLength(2);
});

test('two computers whose clocks differ keep one order: whoever asks first waits first', async () => {
  const { db } = database.dependencies;
  const teams = await createTeams(db, 4, 1, 2026);
  const { actionId, sessionId } = await createFormation(database, { capacity: 0, waitingCapacity: 10 });
  const ahead = { now: () => new Date(database.clock.now().getTime() + 5_000) };
  const asked: number[] = [];
  for (const [index, { structureId, people, validatorId }] of teams.entries()) {
    const deps = { ...database.dependencies, clock: index % 2 === 0 ? ahead : database.clock };
    const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
    const { id } = await requestEnrolment(deps, people[0] as Team['people'][0], request);
    await decideEnrolment(deps, id, {
      event: 'approve',
      by: { role: 'hr_validator', userId: validatorId, way: 'page' },
    });
    asked.push(id);
    database.clock.advance(1_000);
  }
  const queue = await findQueue(db, actionId);
  expect(queue.map(({ id }) => id)).toEqual(asked);
});
