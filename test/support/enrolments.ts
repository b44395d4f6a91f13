import type { Knex } from 'knex';
import { type Actor, findActor } from '#access/actor.ts';
import { SEAT_STATES, type State } from '#enrolment/states.ts';
import { systemClock } from '#platform/clock.ts';
import { createAction, createSession } from './catalogue.ts';
import type { TestDatabase } from './database.ts';
import { createStructure, createStructures, createUsers, type TestUser } from './people.ts';

/** The actor of a person made by a test. */
export async function actorOf(db: Knex, userId: number): Promise<Actor> {
  const actor = await findActor({ db, clock: systemClock }, userId);
  if (!actor) throw new Error(`no person ${userId}`);
  return actor;
}

/** A member structure with a validator and some people who may ask for a place. */
export interface Team {
  structureId: number;
  validatorId: number;
  people: Actor[];
}

/** Makes teams of people quickly: one insert per person and right would take most of a race test's time. */
export async function createTeams(
  db: Knex,
  teams: number,
  peoplePerTeam: number,
  year: number,
): Promise<Team[]> {
  const structureIds = await createStructures(db, teams, { memberIn: [year] });
  const members = await createUsers(
    db,
    structureIds.flatMap((structureId) => [
      { affiliations: { [structureId]: ['hr_validator'] } },
      ...Array.from({ length: peoplePerTeam }, () => ({ affiliations: { [structureId]: [] } })),
    ]),
  );
  const made: Team[] = [];
  for (const [index, structureId] of structureIds.entries()) {
    const first = index * (peoplePerTeam + 1);
    const [validator, ...people] = members.slice(first, first + peoplePerTeam + 1) as [
      TestUser,
      ...TestUser[],
    ];
    const actors = await Promise.all(people.map(({ id }) => actorOf(db, id)));
    made.push({ structureId, validatorId: validator.id, people: actors });
  }
  return made;
}

/** A formation of a training body with one session. */
export async function createFormation(
  { dependencies: { db }, clock }: TestDatabase,
  session: { capacity: number; waitingCapacity: number; kind?: string },
): Promise<{ actionId: number; sessionId: number; providerId: number }> {
  const providerId = await createStructure(db, { isTrainingBody: true });
  const { id: actionId } = await createAction(db, { providerId, kind: session.kind });
  const sessionId = await createSession(db, { actionId, now: clock.now(), ...session });
  return { actionId, sessionId, providerId };
}

/** How many enrolments of a session are in each state. */
export async function countStates(db: Knex, sessionId: number): Promise<Partial<Record<State, number>>> {
  const rows: { state: State; count: number }[] = await db('enrolments')
    .where({ session_id: sessionId })
    .groupBy('state')
    .select('state')
    .count({ count: '*' });
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

interface HistoryRow {
  id: number;
  enrolment_id: number;
  from_state: State | null;
  to_state: State;
  session_id: number;
  from_session_id: number | null;
  action_id: number;
  structure_id: number;
  requested_at: Date;
}

/**
 * Replays the history of an action and checks, at every step, what must never happen.
 * @returns the faults in words; an empty list is what a test hopes for
 */
export async function findFaults(db: Knex, actionId: number, structureShare: number): Promise<string[]> {
  const faults: string[] = [];
  const history: HistoryRow[] = await db('enrolment_history')
    .join('enrolments', 'enrolments.id', 'enrolment_history.enrolment_id')
    .where('enrolments.action_id', actionId)
    .orderBy('enrolment_history.id')
    .select('enrolment_history.*', 'session_id', 'action_id', 'structure_id', 'requested_at');
  putInTheirSessions(history);
  const sessions: { id: number; capacity: number }[] = await db('sessions').where({ action_id: actionId });
  const now = new Map<number, HistoryRow>();
  const seated = () => [...now.values()].filter((row) => SEAT_STATES.includes(row.to_state));

  for (const row of history) {
    const before = now.get(row.enrolment_id)?.to_state ?? null;
    if (before !== row.from_state) faults.push(`${row.enrolment_id}: from ${row.from_state}, was ${before}`);
    const moves = row.from_session_id !== null;
    const takesSeat =
      SEAT_STATES.includes(row.to_state) && (moves || !(before && SEAT_STATES.includes(before)));
    if (takesSeat) {
      const structureSeats = (id: number) => seated().filter((one) => one.structure_id === id).length;
      for (const other of now.values()) {
        const waitsAhead =
          other.to_state === 'waitlisted' &&
          other.session_id === row.session_id &&
          other.enrolment_id !== row.enrolment_id &&
          (before !== 'waitlisted' || askedBefore(other, row));
        if (waitsAhead && structureSeats(other.structure_id) < structureShare) {
          faults.push(`${row.enrolment_id} passed ahead of ${other.enrolment_id}`);
        }
      }
    }
    now.set(row.enrolment_id, row);
    for (const { id, capacity } of sessions) {
      const held = seated().filter((one) => one.session_id === id).length;
      if (held > capacity) faults.push(`session ${id}: ${held} seats held of ${capacity}`);
    }
  }
  const present: { id: number; state: State }[] = await db('enrolments').where({ action_id: actionId });
  for (const { id, state } of present) {
    const replayed = now.get(id)?.to_state;
    if (replayed !== state) faults.push(`${id}: history says ${replayed}, is ${state}`);
  }
  return faults;
}

/** Each line in the session of its time: those before a move were in the former one. */
function putInTheirSessions(history: HistoryRow[]): void {
  const sessionOf = new Map<number, number>();
  for (const row of history.toReversed()) {
    const here = sessionOf.get(row.enrolment_id) ?? row.session_id;
    row.session_id = here;
    sessionOf.set(row.enrolment_id, row.from_session_id ?? here);
  }
}

const askedBefore = (one: HistoryRow, other: HistoryRow) =>
  one.requested_at.getTime() - other.requested_at.getTime() < 0 ||
  (one.requested_at.getTime() === other.requested_at.getTime() && one.enrolment_id < other.enrolment_id);
