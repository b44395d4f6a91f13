import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LockOrder, lock, lockName } from '#platform/database/locks.ts';
import { countWaiting, createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { until } from '../../support/process.ts';
import { recordStatements } from '../../support/statements.ts';

/** What a transaction locks, it locks in one order, once; whoever asks in another order is told at the first run. */
let database: TestDatabase;
let people: number[];
let structures: number[];
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.dependencies;
  people = [(await createUser(db)).id, (await createUser(db)).id, (await createUser(db)).id];
  structures = [await createStructure(db), await createStructure(db)];
});
afterAll(() => database.drop());

const inTransaction = <T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
  database.dependencies.db.transaction(work);

test('kinds go in the one order, whatever the order in which they are named', async () => {
  const statements = await recordStatements(() =>
    inTransaction((trx) => lock(trx, { structures, people: [...people].reverse() })),
  );
  const tables = statements.flatMap((sql) => /from (\w+) where.*for no key update/.exec(sql)?.[1] ?? []);
  expect(tables).toEqual(['users', 'structures']);
});

test('two that lock the same rows, named in opposite orders, wait for each other and never in a circle', async () => {
  const once = (ids: number[]) =>
    inTransaction(async (trx) => {
      await lock(trx, { people: ids });
      await trx.raw('select pg_sleep(0.002)');
    });
  const rounds = Array.from({ length: 40 }, (_, index) =>
    once(index % 2 === 0 ? people : [...people].reverse()),
  );
  await expect(Promise.all(rounds)).resolves.toHaveLength(40);
});

test('what is held already is not asked for again, nor a fault', async () => {
  const statements = await recordStatements(() =>
    inTransaction(async (trx) => {
      await lock(trx, { people, structures });
      await lock(trx, { people: people.slice(1), structures: structures.slice(0, 1) });
    }),
  );
  expect(statements.filter((sql) => sql.includes('for no key update'))).toHaveLength(2);
});

test.each<[string, (trx: Knex.Transaction) => Promise<void>]>([
  ['a kind that comes before', (trx) => lock(trx, { people })],
  ['another row of the same kind', (trx) => lock(trx, { structures })],
  [
    'a row of the same kind that a statement finds',
    (trx) => lock(trx, { structures: { sql: 'select id from structures', bindings: {} } }),
  ],
])('%s, after a lock, is refused', async (_what, then) => {
  const broken = inTransaction(async (trx) => {
    await lock(trx, { structures: structures.slice(0, 1) });
    await then(trx);
  });
  await expect(broken).rejects.toThrow(LockOrder);
});

test('nobody and nothing lock nothing', async () => {
  const statements = await recordStatements(() =>
    inTransaction(async (trx) => {
      await lock(trx, { people: [null], structures: [] });
      await lock(trx, { people: [people[0] ?? null] });
    }),
  );
  expect(statements.filter((sql) => sql.includes('for no key update'))).toHaveLength(1);
});

test('rows that a statement finds are held, and are not asked for again by their ids', async () => {
  const { db } = database.dependencies;
  const [first = 0] = people;
  const sql = 'select id from users where id = :first';
  await inTransaction(async (trx) => {
    await lock(trx, { people: { sql, bindings: { first } } });
    await lock(trx, { people: [first] });
    const other = db.transaction((waiting) => lock(waiting, { people: [first] }));
    await until(async () => (await countWaiting(db)) === 1);
    return { other };
  }).then(({ other }) => other);
});

test('a name is held until the end, by one at a time; another name is free', async () => {
  const { db } = database.dependencies;
  const ended: string[] = [];
  await inTransaction(async (trx) => {
    await lockName(trx, 'what is done', 'one');
    const same = inTransaction((other) => lockName(other, 'what is done', 'one')).then(() =>
      ended.push('same'),
    );
    await until(async () => (await countWaiting(db)) === 1);
    await inTransaction((other) => lockName(other, 'what is done', 'another'));
    await inTransaction((other) => lockName(other, 'something else', 'one'));
    expect(ended).toEqual([]);
    return { same };
  }).then(({ same }) => same);
  expect(ended).toEqual(['same']);
});
