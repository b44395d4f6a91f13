import type { Knex } from 'knex';

/**
 * Inserts many rows in one statement.
 * @returns the ids in the order of the rows: PostgreSQL answers a list of VALUES in its order
 */
export async function insertAll(trx: Knex.Transaction, table: string, rows: object[]): Promise<number[]> {
  const inserted: { id: number }[] = await trx(table).insert(rows, 'id');
  return inserted.map(({ id }) => id);
}
