import type { Knex } from 'knex';

/** What a statement's `:names`, or its question marks in their order, stand for. */
export type Bindings = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Runs a statement written in SQL.
 * @typeParam Rows what the statement answers, which its test shows to be true: `Person[]`, or `[Count]` where it always
 *   has one row
 * @param db the database, or the transaction that it belongs to
 */
export async function query<Rows extends readonly object[]>(
  db: Knex,
  sql: string,
  bindings: Bindings = [],
): Promise<Rows> {
  // knex's own type knows neither dates nor arrays among bindings, which its driver takes.
  const { rows } = await db.raw<{ rows: Rows }>(sql, bindings as readonly Knex.RawBinding[]);
  return rows;
}

/**
 * Runs a statement that changes something, written in SQL.
 * @returns how many rows it changed
 */
export async function execute(db: Knex, sql: string, bindings: Bindings = []): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number | null }>(sql, bindings as readonly Knex.RawBinding[]);
  return rowCount ?? 0;
}

/**
 * A value of which PostgreSQL learns when it runs a statement, not when it plans it. It then plans once for all values
 * (`preparing.ts`) where it would plan at every use: it does so as long as knowing the value makes a plan look cheaper, by
 * a list shorter than most or one shown from its start, even where the plan is the same and making it takes longest.
 * @param value with its type: `cast(:userId as int)`
 */
export const whenRun = (value: string): string => `(select ${value})`;
