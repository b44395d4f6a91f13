import type { Knex } from 'knex';
import type { Bindings } from './query.ts';

/**
 * Runs a statement that every page of a sort runs, planned once per connection rather than each time: planning the
 * facts of an enrolment takes PostgreSQL several times as long as finding them.
 * Only for a text that is always the same, and for which one plan is good whatever the values.
 * @param name known to the server; one text, one name
 * @param bindings as for `query`
 */
export async function prepared<R>(db: Knex, name: string, text: string, bindings: Bindings): Promise<R> {
  return db.raw(text, bindings as readonly Knex.RawBinding[]).options({ name });
}
