import type { Knex } from 'knex';
import { countWaiting } from './database.ts';

/** Somebody's row, as {@link allWaitingFor} holds it. */
export const thePerson = (id: number) => ({
  sql: 'select id from users where id = ? for update',
  binding: id,
});

/** A structure's row, likewise. */
export const theStructure = (id: number) => ({
  sql: 'select id from structures where id = ? for update',
  binding: id,
});

/**
 * Starts several requests that all come to wait for one row, then lets them go: whatever each had read before is
 * then out of date, which a fast machine would otherwise hide.
 * @param row a statement that locks the row, with its binding
 * @param meanwhile what the one who holds the row does with it before letting go
 */
export async function allWaitingFor<T>(
  db: Knex,
  row: { sql: string; binding: string | number },
  requests: (() => PromiseLike<T>)[],
  meanwhile: (holder: Knex.Transaction) => Promise<unknown> = async () => {},
): Promise<T[]> {
  const holder = await db.transaction();
  await holder.raw(row.sql, [row.binding]);
  const answers = Promise.all(requests.map((request) => request()));
  const until = Date.now() + 10_000;
  while ((await countWaiting(db)) < requests.length && Date.now() < until);
  await meanwhile(holder);
  await holder.commit();
  return answers;
}
