import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameOf } from '#platform/database/preparing.ts';
import { query } from '#platform/database/query.ts';
import { Busy } from '#platform/places.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Statements that come again are planned once per connection, whatever is assembled beside them. */
let database: TestDatabase;
let db: Knex;
let owner: Knex;
beforeAll(async () => {
  database = await createTestDatabase();
  ({
    dependencies: { db },
    owner,
  } = database);
});
afterAll(() => database.drop());

interface Prepared {
  statement: string;
  uses: number;
}

/** What this connection keeps prepared, with how often it was run. */
const preparedIn = (connection: Knex): Promise<Prepared[]> =>
  query(
    connection,
    `select statement, generic_plans + custom_plans as uses from pg_prepared_statements
      where statement not like '%pg_prepared_statements%'`,
  );

/** All that `work` asks goes over one connection, as it does in a transaction. */
const onOneConnection = <T>(work: (connection: Knex) => Promise<T>): Promise<T> => db.transaction(work);

test('a text is prepared once it has come four times, with other values too', async () => {
  // New to this process, however often the file is run in it.
  const name = `once_${randomBytes(6).toString('hex')}`;
  const prepared = await onOneConnection(async (connection) => {
    for (const value of [1, 2, 3, 4, 5, 6])
      await query(connection, `select cast(? as int) as ${name}`, [value]);
    return preparedIn(connection);
  });
  expect(prepared).toEqual([{ statement: `select cast($1 as int) as ${name}`, uses: 2 }]);
});

test('what knex puts together is prepared as well', async () => {
  const prepared = await onOneConnection(async (connection) => {
    for (const id of [1, 2, 3, 4, 5]) await connection('users').where({ id }).select('email');
    return preparedIn(connection);
  });
  expect(prepared.map(({ statement }) => statement)).toContain('select "email" from "users" where "id" = $1');
});

test('a migration that changes what a prepared statement answers is survived', async () => {
  await owner.raw('create table changing (one int)');
  await owner.raw('grant select on changing to public');
  const read = () => query<object[]>(db, 'select * from changing');
  for (let use = 0; use < 5; use += 1) await read();
  await owner.raw('alter table changing add two int');
  await owner.raw('insert into changing values (1, 2)');
  await expect(read()).resolves.toEqual([{ one: 1, two: 2 }]);
  await expect(read()).resolves.toEqual([{ one: 1, two: 2 }]);
});

test('in a transaction it costs that transaction, not the next one', async () => {
  await owner.raw('create table changing_too (one int)');
  await owner.raw('grant select on changing_too to public');
  const read = () =>
    onOneConnection((connection) => query<object[]>(connection, 'select * from changing_too'));
  for (let use = 0; use < 5; use += 1) await read();
  await owner.raw('alter table changing_too add two int');
  await expect(read()).rejects.toBeInstanceOf(Busy);
  await expect(read()).resolves.toEqual([]);
});

test('a text has the same name in every process, whatever came before it', async () => {
  const texts = ['one', 'other'].map((name) => `select 1 as ${name}_${randomBytes(6).toString('hex')}`);
  const namesBy = (order: string[]) =>
    onOneConnection(async (connection) => {
      await connection.raw('select 1');
      for (const text of order) for (let use = 0; use < 5; use += 1) await query(connection, text);
      return query<{ statement: string; name: string }[]>(
        connection,
        'select statement, name from pg_prepared_statements where statement = any(?) order by statement',
        [texts],
      );
    });
  const [one, other] = await Promise.all([namesBy(texts), namesBy(texts.toReversed())]);
  expect(one).toHaveLength(2);
  expect(one).toEqual(other);
});

describe('what a connection has lost', () => {
  // A text of its own each time: it is prepared by its fifth use.
  const newText = () => `select cast(? as int) as lost_${randomBytes(6).toString('hex')}`;
  const useOften = async (connection: Knex, text: string) => {
    for (let use = 0; use < 5; use += 1) await query(connection, text, [use]);
  };

  test('is prepared anew: an operator or a pooler may throw it away', async () => {
    // One after the other, they go over the same connection.
    const [one, other] = [newText(), newText()];
    await useOften(db, one);
    await useOften(db, other);
    await db.raw('deallocate all');
    for (const text of [one, other, one]) await expect(query(db, text, [7])).resolves.toHaveLength(1);
    const again = (await preparedIn(db)).map(({ statement }) => statement);
    expect(again.filter((statement) => statement.includes(' as lost_'))).toHaveLength(2);
  });

  test('costs the transaction that asks for it, once', async () => {
    const [one, other] = [newText(), newText()];
    const work = async (connection: Knex) => {
      await useOften(connection, one);
      await useOften(connection, other);
    };
    await onOneConnection(work);
    await db.raw('deallocate all');
    await expect(onOneConnection(work)).rejects.toBeInstanceOf(Busy);
    await expect(onOneConnection(work)).resolves.toBeUndefined();
  });

  test('is not lost to whoever prepared it before, in a connection that a pooler lends', async () => {
    const text = newText();
    const sent = text.replace('?', '$1');
    await db.raw(`prepare "${nameOf(sent)}" as ${sent}`);
    await expect(useOften(db, text)).resolves.toBeUndefined();
  });
});

// Last: the connection that it fills prepares nothing more.
test('texts of few uses leave nothing behind, and those of many are bounded', async () => {
  const kept = await onOneConnection(async (connection) => {
    const texts = Array.from({ length: 400 }, (_, index) => `select ${index} as number`);
    for (const text of texts) await query(connection, text);
    const once = await preparedIn(connection);
    // Twice as often as it takes: what other files of the process sent may have filled the memory of texts in between.
    for (let time = 0; time < 8; time += 1) for (const text of texts) await query(connection, text);
    return {
      once: once.filter(isNumber).length,
      often: (await preparedIn(connection)).filter(isNumber).length,
    };
  });
  expect(kept.once).toBe(0);
  expect(kept.often).toBeGreaterThan(200);
  expect(kept.often).toBeLessThanOrEqual(250);
});
const isNumber = ({ statement }: Prepared) => /as number$/.test(statement);
