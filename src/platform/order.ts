import type { Knex } from 'knex';
import { lockName } from './database/locks.ts';
import { execute } from './database/query.ts';

/** The lists whose order the agency chooses. */
export type OrderedTable = 'themes' | 'action_kinds';

/** Until the end of the transaction, the rows of this list are added, moved and taken away by it only. */
export async function lockOrder(trx: Knex.Transaction, table: OrderedTable): Promise<void> {
  await lockName(trx, 'order of a list', table);
}

/** The place after the last row. */
export async function lastPosition(trx: Knex.Transaction, table: OrderedTable): Promise<number> {
  const row = await trx(table).max({ last: 'position' }).first();
  return (row?.last ?? 0) + 1;
}

/**
 * Moves a row by one place; at the end of the list it stays.
 * @returns whether there is such a row
 */
export async function moveInOrder(
  trx: Knex.Transaction,
  table: OrderedTable,
  id: number,
  by: -1 | 1,
): Promise<boolean> {
  await lockOrder(trx, table);
  const ids: number[] = await trx(table).orderBy(['position', 'id']).pluck('id');
  const from = ids.indexOf(id);
  if (from < 0) return false;
  const to = Math.min(Math.max(from + by, 0), ids.length - 1);
  ids.splice(to, 0, ...ids.splice(from, 1));
  await execute(
    trx,
    `update ?? t set position = o.place from unnest(cast(? as int[])) with ordinality o (id, place)
      where t.id = o.id and t.position <> o.place`,
    [table, ids],
  );
  return true;
}
