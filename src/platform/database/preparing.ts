import { createHash } from 'node:crypto';
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
    const name = (names.get(sql) ?? admit(names, sql))?.name;
    if (name === undefined) return super._query(connection, statement);
    const { options } = statement;
    statement.options = { ...options, name };
    try {
      return await super._query(connection, statement);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      replaceNames(names, sql, error);
      // Its transaction, where it is in one, is lost.
      if (inTransaction(connection)) throw error;
      statement.options = options;
      return super._query(connection, statement);
    }
  }
}

/** A text that a connection prepares; no name is used twice, as the server may still hold what it stood for. */
interface Prepared {
  name: string;
  generation: number;
}
type Names = Map<string, Prepared>;
const namesByConnection = new WeakMap<object, Names>();
const uses = new Map<string, number>();

function namesOf(connection: object): Names {
  const known = namesByConnection.get(connection);
  if (known) return known;
  const names: Names = new Map();
  namesByConnection.set(connection, names);
  return names;
}

function admit(names: Names, sql: string): Prepared | undefined {
  if (names.size >= MOST_PREPARED || sql.length > LONGEST_TEXT || !PREPARABLE.test(sql)) return undefined;
  const before = uses.get(sql) ?? 0;
  if (before >= USES_BEFORE) return rename(names, sql);
  if (before === 0 && uses.size >= MOST_COUNTED) uses.clear();
  uses.set(sql, before + 1);
  return undefined;
}

function rename(names: Names, sql: string): Prepared {
  const generation = (names.get(sql)?.generation ?? -1) + 1;
  const prepared = { name: nameOf(sql, generation), generation };
  names.set(sql, prepared);
  return prepared;
}

/** Gives a text another name; all of them, where the connection has lost what it had prepared. */
function replaceNames(names: Names, sql: string, error: unknown): void {
  for (const text of isLost(error) ? [...names.keys()] : [sql]) rename(names, text);
}

/**
 * The name of a prepared statement: the same text has the same one in every process. Whoever shares a connection with
 * another without knowing runs what they asked for, or nothing: never the statement of the other.
 */
export function nameOf(sql: string, generation = 0): string {
  const start = createHash('sha256').update(sql).digest('base64url').slice(0, 24);
  return `p_${start}${generation === 0 ? '' : `_${generation}`}`;
}

const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i;

/**
 * Whether a prepared statement no longer stands for what it did, in whatever language the server speaks: a migration
 * changed what it answers (« cached plan must not change result type »); it is no more, after `deallocate all`; or
 * somebody else has prepared it in this connection. As a statement without a name it can be run.
 */
export function isOutdated(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return (code === '0A000' && routine === 'RevalidateCachedQuery') || code === '42P05' || isLost(error);
}

const isLost = (error: unknown) => (error as { code?: string }).code === '26000';

const inTransaction = (connection: object): boolean =>
  (connection as pg.Client).getTransactionStatus() !== 'I';
