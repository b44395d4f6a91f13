import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSearch } from '#catalogue/browse/schemas.ts';
import { readFilterLists } from '#catalogue/browse/search/offered.ts';
import { searchActions } from '#catalogue/browse/search/repository.ts';
import { understandSearch } from '#catalogue/browse/search/search.ts';
import { openDatabase } from '#platform/database/connection.ts';
import { createLog } from '#platform/log.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createStructure } from '../../support/people.ts';

/** The catalogue in the memory of a process: when it is read, and for whom. */
let database: TestDatabase;
let providerId: number;
let now: Date;
let actionId: number;
/** A process that has read nothing yet. */
let other: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  database = await createTestDatabase();
  now = database.clock.now();
  const { db } = database.dependencies;
  providerId = await createStructure(db, { isTrainingBody: true });
  actionId = await addTo(db);
});
afterAll(() => database.drop());
beforeEach(() => {
  other = openDatabase(database.url, createLog('silent'));
  return () => other.close();
});

async function addTo(db: Knex, city = 'Pessac'): Promise<number> {
  const action = await createAction(db, { providerId, title: 'Lever les freins', theme: 'vae' });
  await createSession(db, { actionId: action.id, now, fields: { city, department: '33' } });
  return action.id;
}

const search = (db: Knex, address = '', at = now) =>
  searchActions(db, at, (lists) => understandSearch(readSearch(fieldsOf(address)), lists));
const count = async (db: Knex, address = '') => (await search(db, address)).found.total;

/** A database beside whose statements something is done: `around` is given each of them, and what carries it out. */
function watched(db: Knex, around: (sql: string, run: () => Promise<unknown>) => Promise<unknown>): Knex {
  const raw = (sql: string, bindings: Knex.RawBinding[]) => around(sql, async () => db.raw(sql, bindings));
  return { client: db.client, isTransaction: false, raw } as unknown as Knex;
}
const isReading = (sql: string) => sql.includes('registrationClosesAt') && sql.includes('coming as');
let moves = 0;
const change = () => database.owner('themes').where({ slug: 'vae' }).update({ position: ++moves });

test('what a transaction read is for it alone: others never find what was undone', async () => {
  const before = await count(database.dependencies.db);
  const undone = await other.db.transaction();
  await addTo(undone);
  expect(await count(undone)).toBe(before + 1);
  await undone.rollback();
  expect(await count(other.db)).toBe(before);
});

test('a catalogue that changes all the time is answered as it was last read', async () => {
  const restless = watched(other.db, async (_sql, run) => {
    await change();
    return run();
  });
  expect(await count(restless, 'q=freins')).toBe(await count(other.db));
});

test('whoever looked at the clock before the catalogue was read is answered from it', async () => {
  let readings = 0;
  const counted = watched(other.db, (sql, run) => {
    if (isReading(sql)) readings += 1;
    return run();
  });
  await search(counted);
  await search(counted, '', new Date(now.getTime() - 1000));
  await search(counted);
  expect(readings).toBe(1);
});

test('a reading begun before a change is not taken for what came of it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: read, resolve: hasRead } = Promise.withResolvers<void>();
  let readings = 0;
  const slow = watched(other.db, async (sql, run) => {
    if (!isReading(sql)) return run();
    readings += 1;
    if (readings > 1) return run();
    const rows = await run();
    hasRead();
    await released;
    return rows;
  });
  const first = readFilterLists(slow, now);
  await read;
  await addTo(database.dependencies.db, 'Dax');
  const second = readFilterLists(slow, now);
  // It has seen the version, and waits for the reading that is under way.
  await new Promise((resolve) => setTimeout(resolve, 200));
  release();
  expect((await first).cities).not.toContain('Dax');
  expect((await second).cities).toContain('Dax');
});

test('what the filters offer goes with the sessions that are over', async () => {
  const city = 'Hendaye';
  await addTo(database.dependencies.db, city);
  expect((await readFilterLists(other.db, now)).cities).toContain(city);
  const later = new Date(now.getTime() + 400 * 24 * 3_600_000);
  expect((await readFilterLists(other.db, later)).cities).not.toContain(city);
  expect((await readFilterLists(other.db, now)).cities).toContain(city);
});

test('an action archived between both statements of a search is shown no more', async () => {
  const { db } = database.dependencies;
  const archive = (at: Date | null) => db('actions').where({ id: actionId }).update({ archived_at: at });
  const late = watched(other.db, async (sql, run) => {
    if (sql.includes('shown as materialized')) await archive(now);
    return run();
  });
  const { found } = await search(late);
  expect(found.actions.map(({ id }) => id)).not.toContain(actionId);
  await archive(null);
});

test('words are the same in capitals, and with other spaces', async () => {
  const asked: string[] = [];
  const heard = watched(other.db, (sql, run) => {
    asked.push(sql);
    return run();
  });
  const one = await search(heard, 'q=lever+freins');
  asked.length = 0;
  const same = await search(heard, 'q=+LEVER++Freins');
  expect(same.found).toEqual(one.found);
  expect(asked.filter((sql) => sql.includes('matching_actions'))).toEqual([]);
});
