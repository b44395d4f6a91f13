import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DecisionEvent } from '#enrolment/decision/decide.ts';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { cancelSession, changeCapacity, restoreSession } from '#enrolment/session-changes/service.ts';
import { EXPECTED_STATES, LIVE_STATES, type Role, type State } from '#enrolment/states.ts';
import type { EnrolmentEvent } from '#enrolment/transitions/table.ts';
import { Conflict } from '#platform/errors.ts';
import { createAction, createSession, sessionOf, sessionsIn } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  createTeams,
  type EnrolmentRow,
  enrolmentsOf,
  findFaults,
  type Team,
} from '../support/enrolments.ts';
import { patiently } from '../support/patience.ts';
import { createStructure, createUser } from '../support/people.ts';
import { setSettings } from '../support/settings.ts';

let database: TestDatabase;
let teams: Team[];
let providerId: number;
let trainerId: number;
let managerId: number;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z' });
  const { db } = database.dependencies;
  teams = await createTeams(db, 5, 4, 2026);
  providerId = await createStructure(db, { isTrainingBody: true });
  trainerId = (await createUser(db, { affiliations: { [providerId]: ['provider'] } })).id;
  managerId = (await createUser(db, { isAgencyManager: true })).id;
  // Hundreds of actions on the same few people: the yearly rights are another test's matter.
  await setSettings(db, { yearly_actions: 1000, yearly_formations: 1000 });
});
afterAll(() => database.drop());

/** What happens to one enrolment, to somebody without one, or to a whole session. */
type StepEvent = EnrolmentEvent | 'raise';
type Step = { event: StepEvent; team: number; person: number; session: number; pick: number };
const step: fc.Arbitrary<Step> = fc.record({
  event: fc.constantFrom<StepEvent>(
    ...(['request', 'request', 'request', 'approve', 'approve', 'approve', 'withdraw', 'withdraw'] as const),
    ...(['accept', 'accept', 'refuse_by_hr', 'refuse_by_provider'] as const),
    ...(['withdraw_approval', 'seat', 'seat', 'enrol', 'move', 'move'] as const),
    ...(['cancel_session', 'restore', 'restore', 'raise'] as const),
  ),
  team: fc.nat(4),
  person: fc.nat(3),
  session: fc.nat(1),
  pick: fc.nat(1000),
});

/** In which states each event finds somebody to act on. */
const targets: Partial<Record<EnrolmentEvent, State[]>> = {
  approve: ['requested'],
  refuse_by_hr: ['requested'],
  accept: ['preregistered'],
  refuse_by_provider: ['preregistered'],
  withdraw: [...LIVE_STATES],
  withdraw_approval: ['preregistered', 'enrolled'],
  seat: ['waitlisted'],
  move: [...LIVE_STATES],
};

test('requests, decisions, exceptions, moves and changes of sessions at random and at once keep every promise', async () => {
  const { dependencies, clock } = database;
  const { db } = dependencies;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 2, maxLength: 8 }), { minLength: 8, maxLength: 14 }),
      fc.integer({ min: 0, max: 3 }),
      async (bursts, capacity) => {
        const { id: actionId } = await createAction(db, { providerId });
        const sessions = [
          await createSession(db, { actionId, now: clock.now(), capacity, waitingCapacity: 4 }),
          await createSession(db, {
            actionId,
            now: clock.now(),
            capacity: 2,
            waitingCapacity: 4,
            startsInDays: 40,
          }),
        ];
        for (const burst of bursts) {
          clock.advance(1000);
          await Promise.all(burst.map((one) => patiently(() => play(one, actionId, sessions))));
        }
        expect(await findFaults(db, actionId, 2)).toEqual([]);
        expect(await findIdleSeats(actionId)).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});

async function play(one: Step, actionId: number, sessions: number[]): Promise<void> {
  const { dependencies } = database;
  const team = teams[one.team] as Team;
  const actor = team.people[one.person] as Team['people'][0];
  try {
    const sessionId = sessions[one.session] as number;
    const asAgency: Doer = { role: 'agency', userId: managerId, way: 'page' };
    if (one.event === 'cancel_session') {
      await cancelSession(dependencies, sessionId, asAgency, 'Au hasard');
      return;
    }
    if (one.event === 'restore') {
      await restoreSession(dependencies, sessionId, asAgency);
      return;
    }
    if (one.event === 'raise') {
      const { capacity } = await sessionOf(dependencies.db, sessionId);
      await changeCapacity(dependencies, sessionId, asAgency, {
        capacity: capacity + 1,
        waitingCapacity: 4,
      });
      return;
    }
    if (one.event === 'enrol') {
      const { structureId } = team;
      await enrolByHand(dependencies, asAgency, {
        userId: actor.userId,
        structureId,
        sessionId,
        reason: 'Au hasard',
      });
      return;
    }
    if (one.event === 'request') {
      const request = { actionId, sessionId, structureId: team.structureId, motivation: 'Essai' };
      await requestEnrolment(dependencies, actor, request);
      return;
    }
    const from = targets[one.event as EnrolmentEvent] ?? [];
    const asked = await enrolmentsOf(dependencies.db, { action_id: actionId });
    const open = asked.filter(({ state }) => from.includes(state));
    const target = open[one.pick % open.length];
    if (!target) return;
    if (one.event === 'move') {
      await moveEnrolment(dependencies, target.id, asAgency, { sessionId, reason: 'Au hasard' });
      return;
    }
    const ownTeam = teams.find((other) => other.structureId === target.structure_id) as Team;
    const doers: Record<string, [Role, number]> = {
      approve: ['hr_validator', ownTeam.validatorId],
      refuse_by_hr: ['hr_validator', ownTeam.validatorId],
      accept: ['provider', trainerId],
      refuse_by_provider: ['provider', trainerId],
      withdraw: ['beneficiary', target.user_id],
      withdraw_approval: ['hr_validator', ownTeam.validatorId],
      seat: ['provider', trainerId],
    };
    const [role, userId] = doers[one.event] as [Role, number];
    await decideEnrolment(dependencies, target.id, {
      event: one.event as DecisionEvent,
      by: { role, userId, way: 'page' },
      reason: 'Au hasard',
    });
  } catch (error) {
    // Many of these moves are not allowed at that moment; being refused is the right answer.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** Sessions in which a seat stays empty although somebody who could sit waits. */
async function findIdleSeats(actionId: number): Promise<number[]> {
  const { db } = database.dependencies;
  const enrolments = await enrolmentsOf(db, { action_id: actionId });
  const seated = enrolments.filter(({ state }) => EXPECTED_STATES.includes(state));
  const couldSit = ({ state, structure_id }: EnrolmentRow) =>
    state === 'waitlisted' && seated.filter((one) => one.structure_id === structure_id).length < 2;
  return (await sessionsIn(db, { action_id: actionId, cancelled_at: null }))
    .filter(
      ({ id, capacity }) =>
        seated.filter((one) => one.session_id === id).length < capacity &&
        enrolments.some((one) => one.session_id === id && couldSit(one)),
    )
    .map(({ id }) => id);
}
