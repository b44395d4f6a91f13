import type { Knex } from 'knex';

/**
 * Runs a statement that every page of a sort runs, planned once per connection rather than each time: planning the
 * facts of an enrolment takes PostgreSQL several times as long as finding them.
 * Only for a text that is always the same, and for which one plan is good whatever the values.
 * @param name known to the server; one text, one name
 * @param bindings as for `db.raw`
 */
export async function prepared<R>(
  db: Knex,
  name: string,
  text: string,
  bindings: Knex.RawBinding[] | Record<string, Knex.RawBinding>,
): Promise<R> {
  return db.raw(text, bindings as Record<string, Knex.RawBinding>).options({ name });
}
