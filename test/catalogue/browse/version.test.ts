import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSearch } from '#catalogue/browse/schemas.ts';
import { searchCatalogue } from '#catalogue/browse/service.ts';
import { openDatabase } from '#platform/database/connection.ts';
import { createLog } from '#platform/log.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createStructure } from '../../support/people.ts';

let database: TestDatabase;
let providerId: number;
/** Another process at work on the same database. */
let other: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  database = await createTestDatabase();
  other = openDatabase(database.url, createLog('silent'));
  const { db } = database.dependencies;
  providerId = await createStructure(db, { isTrainingBody: true });
});
afterAll(async () => {
  await other.close();
  await database.drop();
});

/** What both processes find: how many, and what they say of the first. */
async function both(address: string) {
  const query = readSearch(fieldsOf(address));
  const [one, two] = await Promise.all(
    [database.dependencies, { ...database.dependencies, db: other.db }].map(async (deps) => {
      const { found, lists } = await searchCatalogue(deps, query);
      return { found, lists };
    }),
  );
  expect(one).toEqual(two);
  return { total: one?.found.total, facets: one?.found.facets, lists: one?.lists };
}

test('whatever changes the catalogue, every process finds it at once', async () => {
  const { db } = database.dependencies;
  const now = database.clock.now();
  expect(await both('')).toMatchObject({ total: 0 });

  const action = await createAction(db, { providerId, title: 'Lever les freins', theme: 'vae' });
  const sessionId = await createSession(db, {
    actionId: action.id,
    now,
    fields: { city: 'Pessac', department: '33' },
  });
  const one = (table: string) => db(table).where({ id: table === 'sessions' ? sessionId : action.id });
  expect(await both('')).toMatchObject({ total: 1, lists: { cities: ['Pessac'] } });
  expect(await both('q=freins')).toMatchObject({ total: 1 });

  const changes: [change: () => PromiseLike<unknown>, address: string, total: number][] = [
    [() => one('actions').update({ modality: 'remote' }), 'modalite=distanciel', 1],
    [() => one('actions').update({ title: 'Accueillir' }), 'q=aceuillir', 1],
    [() => one('sessions').update({ city: 'Dax', department: '40' }), 'lieu=Dax', 1],
    [() => one('sessions').update({ city: null, department: null }), 'lieu=%C3%A0+distance', 0],
    [
      () => db('slots').where({ session_id: sessionId }).update({ modality: 'remote' }),
      'lieu=%C3%A0+distance',
      1,
    ],
    [() => one('sessions').update({ capacity: 0 }), 'places=1', 0],
    [() => db('themes').where({ slug: 'vae' }).update({ slug: 'parcours' }), 'theme=parcours', 1],
    [() => db('action_kinds').update({ reserved: db.raw('not reserved') }), 'acces=reserve', 0],
    [() => one('sessions').update({ cancelled_at: now }), '', 0],
    [() => one('sessions').update({ cancelled_at: null }), '', 1],
    [() => one('actions').update({ archived_at: now }), '', 0],
  ];
  for (const [change, address, total] of changes) {
    await change();
    expect(await both(address), address).toMatchObject({ total });
  }
});

test('a change is seen once its transaction ends, and is none of it taken back', async () => {
  const { db } = database.dependencies;
  const count = async () => (await both('')).total as number;
  const before = await count();
  // Of words and a theme that the first test has left: of a new word, two under way at once wait for each other.
  const add = async (trx: Knex) => {
    const action = await createAction(trx, { providerId, title: 'Lever les freins', theme: 'parcours' });
    await createSession(trx, { actionId: action.id, now: database.clock.now() });
  };
  const open = await db.transaction();
  await add(open);
  // One that began later ends first.
  await db.transaction(add);
  expect(await count()).toBe(before + 1);
  await open.commit();
  expect(await count()).toBe(before + 2);

  const undone = await db.transaction();
  await add(undone);
  await undone.rollback();
  expect(await count()).toBe(before + 2);
});
