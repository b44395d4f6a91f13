import type { Knex } from 'knex';
import { type Actor, findActor } from '#access/actor.ts';
import { SEAT_STATES, type State } from '#enrolment/states.ts';
import { systemClock } from '#platform/clock.ts';
import { createAction, createSession } from './catalogue.ts';
import type { TestDatabase } from './database.ts';
import { createStructure, createStructures, createUser, createUsers, type TestUser } from './people.ts';

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
): Promise<{ actionId: number; slug: string; sessionId: number; providerId: number }> {
  const providerId = await createStructure(db, { isTrainingBody: true });
  const { id: actionId, slug } = await createAction(db, { providerId, kind: session.kind });
  const sessionId = await createSession(db, { actionId, now: clock.now(), ...session });
  return { actionId, slug, sessionId, providerId };
}

/** An enrolment as the database has it. */
export interface EnrolmentRow {
  id: number;
  user_id: number;
  structure_id: number;
  action_id: number;
  session_id: number;
  state: State;
  motivation: string;
  requested_at: Date;
  withdrawn_late: boolean;
  kept_at: Date | null;
  kept_by: number | null;
  confirmation_asked_at: Date | null;
  confirmed_at: Date | null;
}

interface EnrolmentOptions {
  sessionId: number;
  /** Somebody new unless told otherwise. */
  userId?: number;
  /** A new one unless told otherwise. */
  structureId?: number;
  state?: State;
  /** When it was asked for; long ago unless told otherwise. */
  at?: Date;
  fields?: Partial<EnrolmentRow>;
}

/** Puts an enrolment in a state, without a rule, a history or an e-mail. @returns its id */
export async function createEnrolment(db: Knex, options: EnrolmentOptions): Promise<number> {
  const [row] = await db('enrolments').insert(
    {
      user_id: options.userId ?? (await createUser(db)).id,
      structure_id: options.structureId ?? (await createStructure(db)),
      action_id: db('sessions').where({ id: options.sessionId }).select('action_id'),
      session_id: options.sessionId,
      state: options.state ?? 'requested',
      motivation: 'Progresser',
      requested_at: options.at ?? new Date(0),
      ...options.fields,
    },
    'id',
  );
  return row.id;
}

/** @throws when there is none of this number */
export async function enrolmentOf(db: Knex, id: number): Promise<EnrolmentRow> {
  const row = await db('enrolments').where({ id }).first();
  if (!row) throw new Error(`no enrolment ${id}`);
  return row;
}

/** Those of a person, a session, a state…, in the order in which they were asked for. */
export const enrolmentsOf = (db: Knex, of: Partial<EnrolmentRow> = {}): PromiseLike<EnrolmentRow[]> =>
  db('enrolments').where(of).orderBy('id');

export const stateOf = async (db: Knex, id: number): Promise<State> => (await enrolmentOf(db, id)).state;

/** Their states, in the order in which they are named. */
export const statesOf = (db: Knex, ids: readonly number[]): Promise<State[]> =>
  Promise.all(ids.map((id) => stateOf(db, id)));

export async function setEnrolment(db: Knex, id: number, fields: Partial<EnrolmentRow>): Promise<void> {
  await db('enrolments').where({ id }).update(fields);
}

/** Marks all requests, or those of somebody or something, as withdrawn, and nothing else. */
export async function withdrawRequests(db: Knex, of: Partial<EnrolmentRow> = {}): Promise<void> {
  await db('enrolments').where(of).update({ state: 'withdrawn' });
}

/** Sends somebody the link to decide of an enrolment, of which only the hash is kept. */
export async function createDecisionLink(
  db: Knex,
  fields: { enrolment_id: number; user_id: number; token_hash: string; created_at: Date },
): Promise<void> {
  await db('decision_links').insert(fields);
}

/** A line of an enrolment's history. */
export interface HistoryLine {
  id: number;
  enrolment_id: number;
  at: Date;
  from_state: State | null;
  to_state: State;
  by_user_id: number | null;
  by_role: string;
  for_user_id: number | null;
  way: string;
  reason: string | null;
  from_session_id: number | null;
}

/** What became of an enrolment, oldest first. */
export const historyOf = (db: Knex, enrolmentId: number): PromiseLike<HistoryLine[]> =>
  db('enrolment_history').where({ enrolment_id: enrolmentId }).orderBy('id');

/** Writes lines of a history as they were once: of a page unless told otherwise. */
export async function writeHistory(
  db: Knex,
  enrolmentId: number,
  at: Date,
  lines: readonly Partial<HistoryLine>[],
): Promise<void> {
  await db('enrolment_history').insert(
    lines.map((line) => ({ enrolment_id: enrolmentId, at, way: 'page', ...line })),
  );
}

/** Somebody's attendance of so many sessions of an action, the last of them `everyHours` ago, one after the other. */
export async function createPastSeats(
  db: Knex,
  of: { userId: number; structureId: number; actionId: number },
  { now, count, everyHours }: { now: Date; count: number; everyHours: number },
): Promise<void> {
  await db.raw(
    `with s as (
       insert into sessions (action_id, capacity, waiting_capacity, registration_opens_at, registration_closes_at,
                             starts_at, ends_at, city)
       select :actionId, 10, 0, at - interval '9 days', at - interval '1 day', at, at + interval '7 hours', 'Pessac'
         from (select cast(:now as timestamptz) - n * :everyHours * interval '1 hour' as at
                 from generate_series(cast(:count as int), 1, -1) n) days
       returning id, starts_at, ends_at
     ), l as (
       insert into slots (session_id, starts_at, ends_at, modality) select id, starts_at, ends_at, 'in_person' from s
     ), e as (
       insert into enrolments (user_id, structure_id, action_id, session_id, state, motivation, requested_at)
       select :userId, :structureId, :actionId, id, 'attended', 'm', cast(:now as timestamptz) from s
       returning id
     )
     insert into enrolment_history (enrolment_id, at, to_state, by_role, way)
     select id, :now, 'attended', 'system', 'system' from e`,
    { ...of, now, count, everyHours },
  );
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

type HistoryRow = HistoryLine &
  Pick<EnrolmentRow, 'session_id' | 'action_id' | 'structure_id' | 'requested_at'>;

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
