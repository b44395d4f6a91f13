import type { Knex } from 'knex';
import pg from 'pg';

/** Tables that no page may read through. */
const LARGE = new Set([
  'actions',
  'sessions',
  'enrolments',
  'enrolment_history',
  'users',
  'slots',
  'action_words',
]);

/** A statement with its values, as the server gets it. */
export interface Sent {
  text: string;
  values: unknown[];
  /** Planned once for all values: its plan must hold without them too. */
  isPrepared: boolean;
}

/** Every SQL statement that this process sends while `work` runs, with its values. */
export async function recordSent(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query, values] = args as [string | { text: string; values?: unknown[]; name?: string }, unknown];
    const { text, values: own, name } = typeof query === 'string' ? { text: query } : query;
    sent.push({ text, values: own ?? (Array.isArray(values) ? values : []), isPrepared: name !== undefined });
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return sent.filter(({ text }) => /^\s*(with|select)\b/i.test(text) && !/^select 1$/i.test(text.trim()));
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/** The large tables that the server would read through for a statement. */
export async function tablesReadThrough(db: Knex, { text, values, isPrepared }: Sent): Promise<string[]> {
  const explained = [`explain (format json) ${text}`];
  if (isPrepared) explained.push(`explain (generic_plan, format json) ${text}`);
  const found: string[] = [];
  const walk = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (plan['Node Type'] === 'Seq Scan' && table && LARGE.has(table)) found.push(table);
    plan.Plans?.forEach(walk);
  };
  const connection: pg.Client = await db.client.acquireConnection();
  try {
    for (const [index, statement] of explained.entries()) {
      const { rows } = await connection.query(statement, index === 0 ? values : []);
      walk(rows[0]['QUERY PLAN'][0].Plan);
    }
  } finally {
    db.client.releaseConnection(connection);
  }
  return [...new Set(found)];
}
