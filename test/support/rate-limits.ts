import type { Knex } from 'knex';

/** Lets everybody try again; every visitor of a test has the same address. */
export async function forgetAttempts(db: Knex): Promise<void> {
  await db('rate_limits').delete();
}

/**
 * The keys under which tries are counted.
 * @param like a pattern: `sign-in-account%`
 */
export async function countedAttempts(db: Knex, like = '%'): Promise<string[]> {
  return db('rate_limits').whereLike('key', like).pluck('key');
}
