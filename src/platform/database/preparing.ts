import type { Knex } from 'knex';
import PostgresDialect from 'knex/lib/dialects/postgres/index.js';
import type pg from 'pg';

/**
 * How many statements one connection keeps prepared. PostgreSQL keeps the plan of each, some ten to a hundred KB, as
 * long as the connection is open. It is more than the pages of a day use; what comes later is planned at each use.
 */
const MOST_PREPARED = 250;
/** How many texts are counted at once, and how often one must come to be prepared: what is assembled for one search seldom does. */
const MOST_COUNTED = 2_000;
const USES_BEFORE = 4;
/** In characters: a longer one was assembled from many values. */
const LONGEST_TEXT = 20_000;

/**
 * knex for PostgreSQL, whose connections plan a statement once rather than at each use: planning the statements of
 * one page takes PostgreSQL several times as long as running them. A text is prepared once it has come some times, so
 * that what is assembled for one search does not take the place of what every page asks.
 *
 * PostgreSQL itself goes on planning a statement anew where a plan for all values would be a bad one
 * (`plan_cache_mode = auto`).
 */
export class PreparingDialect extends PostgresDialect {
  protected override async _query(connection: object, statement: Knex.Sql): Promise<Knex.Sql> {
    const { sql } = statement;
    const names = namesOf(connection);
    const name = names.get(sql) ?? admit(names, sql);
    if (name === undefined) return super._query(connection, statement);
    statement.options = { ...statement.options, name };
    try {
      return await super._query(connection, statement);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      // A migration changed what the statement answers. It gets a new name; its transaction, where it is in one, is lost.
      statement.options.name = rename(names, sql);
      if (inTransaction(connection)) throw error;
      return super._query(connection, statement);
    }
  }
}

type Names = Map<string, string>;
const namesByConnection = new WeakMap<object, Names>();
const uses = new Map<string, number>();
let serial = 0;

function namesOf(connection: object): Names {
  const known = namesByConnection.get(connection);
  if (known) return known;
  const names: Names = new Map();
  namesByConnection.set(connection, names);
  return names;
}

function admit(names: Names, sql: string): string | undefined {
  if (names.size >= MOST_PREPARED || sql.length > LONGEST_TEXT || !PREPARABLE.test(sql)) return undefined;
  const before = uses.get(sql) ?? 0;
  if (before >= USES_BEFORE) return rename(names, sql);
  if (before === 0 && uses.size >= MOST_COUNTED) uses.clear();
  uses.set(sql, before + 1);
  return undefined;
}

/** A name is never used twice: the server may still hold what it stood for. */
function rename(names: Names, sql: string): string {
  serial += 1;
  const name = `p${serial}`;
  names.set(sql, name);
  return name;
}

const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i;

/** Whether it is « cached plan must not change result type », in whatever language the server speaks. */
export function isOutdated(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

const inTransaction = (connection: object): boolean =>
  (connection as pg.Client).getTransactionStatus() !== 'I';
