import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIVE_STATES, SEAT_STATES, type State } from '#enrolment/states.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createStructure, createUser } from '../../support/people.ts';

let database: TestDatabase;
let sessions: number[];
let actionId: number;
let structureId: number;
let people: number[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.dependencies;
  structureId = await createStructure(db, { isTrainingBody: true });
  actionId = (await createAction(db, { providerId: structureId })).id;
  const now = database.clock.now();
  sessions = [
    await createSession(db, { actionId, now, capacity: 2, waitingCapacity: 1 }),
    await createSession(db, { actionId, now, capacity: 3, waitingCapacity: 0 }),
  ];
  people = [];
  for (let nth = 0; nth < 8; nth += 1) people.push((await createUser(db)).id);
});
afterAll(() => database.drop());

const STATES: State[] = [
  'requested',
  'waitlisted',
  'preregistered',
  'enrolled',
  'attended',
  'absent',
  'refused_by_hr',
  'refused_by_provider',
  'withdrawn',
  'session_cancelled',
  'expired',
];

/** What the enrolments themselves say of each session. */
async function truth() {
  const { db } = database.dependencies;
  const rows = await db('enrolments').select('session_id', 'state');
  return sessions.map((id) => {
    const states = rows.filter(({ session_id }) => session_id === id).map(({ state }) => state as State);
    const held = states.filter((state) => SEAT_STATES.includes(state)).length;
    const live = states.filter((state) => LIVE_STATES.includes(state)).length;
    const [capacity, waiting] = id === sessions[0] ? [2, 1] : [3, 0];
    return {
      seats_held: held,
      live_requests: live,
      waitlisted: states.filter((state) => state === 'waitlisted').length,
      has_place: held < capacity && live < capacity + waiting,
    };
  });
}

test('the seats kept with a session are those of its enrolments, whatever happens to them', async () => {
  const { db } = database.dependencies;
  const step = fc.record({
    what: fc.constantFrom('add', 'change', 'move', 'take away', 'undone'),
    person: fc.nat(people.length - 1),
    session: fc.nat(1),
    state: fc.constantFrom(...STATES),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await db('enrolments').delete();
      for (const { what, person, session, state } of steps) {
        const mine = { user_id: people[person], action_id: actionId };
        const target = { session_id: sessions[session] };
        const work = async (on: typeof db) => {
          if (what === 'take away') await on('enrolments').where(mine).delete();
          else if (what === 'move') await on('enrolments').where(mine).update(target);
          else if (what === 'change') await on('enrolments').where(mine).update({ state });
          else {
            await on('enrolments').where(mine).delete();
            const values = { ...mine, ...target, structure_id: structureId, state, motivation: 'm' };
            await on('enrolments').insert({ ...values, requested_at: database.clock.now() });
          }
        };
        if (what !== 'undone') await work(db);
        else {
          const trx = await db.transaction();
          await work(trx);
          await trx.rollback();
        }
      }
      const kept = await db('sessions')
        .whereIn('id', sessions)
        .orderBy('id')
        .select('seats_held', 'live_requests', 'waitlisted', 'has_place');
      expect(kept).toEqual(await truth());
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('a session is not written again for an enrolment that is over from its first line to its last', async () => {
  const { db } = database.dependencies;
  await db('enrolments').delete();
  const written = () => db('sessions').where({ id: sessions[0] }).first(db.raw('cast(xmin as text) as by'));
  const before = await written();
  await db('enrolments').insert({
    ...{ user_id: people[0], action_id: actionId, session_id: sessions[0], structure_id: structureId },
    ...{ state: 'withdrawn', motivation: 'm', requested_at: database.clock.now() },
  });
  await db('enrolments').delete();
  expect(await written()).toEqual(before);
});
