import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import { LIVE_STATES } from '#enrolment/states.ts';
import type { TableRow } from '#platform/csv/csv-table.ts';
import { DatabaseUnavailable } from '#platform/database/failures.ts';
import { Conflict } from '#platform/errors.ts';
import { Busy } from '#platform/places.ts';
import { Refused } from '#platform/workflow/conditions.ts';
import { decideSelection as decideAsValidator } from '#spaces/employer/waiting/selection.ts';
import { decideSelection as decideAsProvider } from '#spaces/provider/enrolments/selection.ts';
import { applyImport, checkImport, PlanChanged } from '#training/import/service.ts';
import {
  actionsIn,
  createAction,
  createSession,
  sessionsIn,
  setAction,
  setSession,
} from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  countStates,
  createFormation,
  createTeams,
  enrolmentsOf,
  findFaults,
  historyOf,
  type Team,
} from '../support/enrolments.ts';
import { patiently } from '../support/patience.ts';
import { createUser } from '../support/people.ts';
import { withoutLocks } from '../support/without-locks.ts';

/**
 * Files of the agency, decisions on several requests at once and enrolments by hand, all at the same moment. Whoever is
 * told that too many are at it tries again, as people do: how long a slow computer takes is no part of what is promised.
 */
let database: TestDatabase;
let agency: Doer & { userId: number };
beforeEach(async () => {
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z' });
  const manager = await createUser(db(), { isAgencyManager: true });
  agency = { role: 'agency', userId: manager.id, way: 'page' };
});
afterEach(() => database.drop());

const deps = () => database.dependencies;
const db = () => database.dependencies.db;

/** Half-days in June, which the sessions of these tests have or take. */
const lineOf = (
  line: number,
  action: string,
  reference: string,
  cells: Record<string, string>,
): TableRow => ({
  line,
  cells: {
    action,
    reference,
    creneaux: '10/06/2026 09:00-12:30',
    attente: '20',
    ouverture: '01/02/2026',
    cloture: '01/06/2026',
    lieu: 'Centre',
    code_postal: '33600',
    ville: 'Pessac',
    motif: 'Salle changée',
    ...cells,
  },
});

/** Reads a file and applies it, as long as somebody changed what it is about meanwhile. */
async function importLines(rows: readonly TableRow[]): Promise<void> {
  for (;;) {
    const { fingerprint, counts, plan } = await patiently(() => checkImport(deps(), 'sessions', rows));
    expect(counts.error, JSON.stringify(plan.lines.map(({ faults }) => faults))).toBe(0);
    try {
      await patiently(() => applyImport(deps(), 'sessions', rows, { fingerprint, by: agency }));
      return;
    } catch (error) {
      if (!(error instanceof PlanChanged)) throw error;
    }
  }
}

/** A formation whose session can be named in a file, under the reference « A » of « F ». */
async function namedFormation() {
  const formation = await createFormation(database, { capacity: 10, waitingCapacity: 20 });
  await setAction(db(), formation.actionId, { reference: 'F' });
  await setSession(db(), formation.sessionId, { reference: 'A' });
  await importLines([lineOf(2, 'F', 'A', { places: '10' })]);
  const trainer = await createUser(db(), { affiliations: { [formation.providerId]: ['provider'] } });
  return { ...formation, trainer: { role: 'provider', userId: trainer.id, way: 'page' } as const };
}

/** Lets the references of {@link namedFormation} be given again. */
async function forgetReferences(): Promise<void> {
  for (const { id } of await actionsIn(db(), { reference: 'F' }))
    await setAction(db(), id, { reference: null });
  for (const { id } of await sessionsIn(db(), { reference: 'A' })) {
    await setSession(db(), id, { reference: null });
  }
}

/** Everybody asks, each validator decides on all of theirs at once; refusals are right answers. */
async function askAndDecide(team: Team, actionId: number, sessionId: number): Promise<void> {
  const { structureId, validatorId, people } = team;
  const asked: number[] = [];
  await Promise.all(
    people.map(async (actor) => {
      const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
      try {
        asked.push((await patiently(() => requestEnrolment(deps(), actor, request))).id);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }),
  );
  const profile = { userId: validatorId, structureId, barred: [validatorId] };
  let left = asked.map((id) => ({ id, personName: '', actionTitle: '' }));
  while (left.length > 0) {
    const selection = left;
    const outcomes = await patiently(() => decideAsValidator(deps(), profile, selection, null));
    left = outcomes.filter(({ done, text }) => !done && TRY_AGAIN.includes(text));
  }
}

/** What is said of those of a selection that were not decided because too many were at it. */
const TRY_AGAIN = [new Busy(), new DatabaseUnavailable(undefined)].map(({ message }) => message);

/** @returns undefined where a rule stands against it */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await patiently(work);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return undefined;
  }
}

/** A rush of everything on one session. @returns what must never be */
async function rush(teams: Team[], alone: Team[], formation: Awaited<ReturnType<typeof namedFormation>>) {
  const { actionId, sessionId, trainer } = formation;
  const acceptAll = async () => {
    const waiting = await patiently(async () =>
      enrolmentsOf(db(), { session_id: sessionId, state: 'preregistered' }),
    );
    const selection = waiting.map(({ id }) => ({ id, personName: '' }));
    await patiently(() => decideAsProvider(deps(), trainer, selection, null));
  };
  await Promise.all([
    ...teams.map((team) => askAndDecide(team, actionId, sessionId)),
    ...alone.map(({ structureId, people }) =>
      unlessRefused(() =>
        enrolByHand(deps(), agency, {
          userId: people[0]?.userId as number,
          structureId,
          sessionId,
          reason: 'Demande par téléphone',
        }),
      ),
    ),
    (async () => {
      for (const places of ['11', '9', '8', '12']) await importLines([lineOf(2, 'F', 'A', { places })]);
    })(),
    (async () => {
      for (let time = 0; time < 4; time += 1) await acceptAll();
    })(),
  ]);
  return findFaults(db(), actionId, 2);
}

const seatsOf = ({ preregistered = 0, enrolled = 0 }: Partial<Record<string, number>>) =>
  preregistered + enrolled;

test('200 people, 20 more by hand, files and batches at once: every seat once, nobody passed', async () => {
  const formation = await namedFormation();
  const teams = await createTeams(db(), 50, 4, 2026);
  const alone = await createTeams(db(), 20, 1, 2026);
  expect(await rush(teams, alone, formation)).toEqual([]);
  const states = await countStates(db(), formation.sessionId);
  expect(seatsOf(states)).toBe(12);
  expect(states.waitlisted).toBeGreaterThan(0);
  // Nobody is told twice of one and the same thing.
  for (const { id } of await enrolmentsOf(db())) {
    const moves = (await historyOf(db(), id))
      .filter(({ from_state, to_state }) => from_state !== null && from_state !== to_state)
      .map(({ from_state, to_state }) => `${from_state} to ${to_state}`);
    expect(moves).toEqual([...new Set(moves)]);
  }
}, 400_000);

test('without the locks the same rush breaks a promise: the race is real', async () => {
  const teams = await createTeams(db(), 12, 4, 2026);
  const alone = await createTeams(db(), 8, 1, 2026);
  let broken = false;
  // One rush in three breaks one: forty in a row that do not are no matter of luck.
  for (let attempt = 0; attempt < 40 && !broken; attempt += 1) {
    await forgetReferences();
    const formation = await namedFormation();
    try {
      broken = (await withoutLocks(() => rush(teams, alone, formation))).length > 0;
    } catch (error) {
      // Or something else came between a look and its write, which is noticed and refused.
      if (!(error instanceof Conflict)) throw error;
      broken = true;
    }
  }
  expect(broken).toBe(true);
}, 120_000);

test('files that name the same sessions in another order, while people move between them: nobody waits for ever', async () => {
  const formation = await namedFormation();
  const { providerId } = formation;
  const teams = await createTeams(db(), 8, 2, 2026);
  const references = ['F'];
  const sessions: number[] = [formation.sessionId];
  const actionIds = [formation.actionId];
  for (const reference of ['G', 'H']) {
    const { id } = await createAction(db(), { providerId, fields: { reference } });
    const sessionId = await createSession(db(), {
      actionId: id,
      now: database.clock.now(),
      startsInDays: 60,
      fields: { reference: `${reference}-A` },
    });
    references.push(reference);
    sessions.push(sessionId);
    actionIds.push(id);
  }
  const other = await createSession(db(), {
    actionId: formation.actionId,
    now: database.clock.now(),
    startsInDays: 50,
  });
  const lines = (places: string) =>
    references.map((action, index) =>
      lineOf(index + 2, action, action === 'F' ? 'A' : `${action}-A`, { places }),
    );
  const move = async () => {
    const asked = await patiently(async () => enrolmentsOf(db(), { action_id: formation.actionId }));
    const live = asked.filter(({ state }) => LIVE_STATES.includes(state));
    await Promise.all(
      live.map(({ id, session_id }) =>
        unlessRefused(() =>
          moveEnrolment(deps(), id, agency, {
            sessionId: session_id === other ? formation.sessionId : other,
            reason: 'Trajet',
          }),
        ),
      ),
    );
  };
  await Promise.all([
    ...teams.flatMap((team, index) => [
      askAndDecide(team, actionIds[index % 3] as number, sessions[index % 3] as number),
    ]),
    importLines(lines('6')),
    importLines(lines('7').toReversed()),
    importLines(lines('8')),
    move(),
  ]);
  await move();
  for (const actionId of actionIds) expect(await findFaults(db(), actionId, 2)).toEqual([]);
}, 120_000);
