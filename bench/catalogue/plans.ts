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
}

/** Every SQL statement that this process sends while `work` runs, with its values. */
export async function recordSent(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query, values] = args as [string | { text: string; values?: unknown[] }, unknown];
    if (typeof query === 'string') sent.push({ text: query, values: Array.isArray(values) ? values : [] });
    else sent.push({ text: query.text, values: query.values ?? (Array.isArray(values) ? values : []) });
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
export async function tablesReadThrough(db: Knex, { text, values }: Sent): Promise<string[]> {
  const { rows } = await db.client
    .acquireConnection()
    .then((connection: pg.Client) =>
      connection
        .query(`explain (format json) ${text}`, values as unknown[])
        .finally(() => db.client.releaseConnection(connection)),
    );
  const found: string[] = [];
  const walk = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (plan['Node Type'] === 'Seq Scan' && table && LARGE.has(table)) found.push(table);
    plan.Plans?.forEach(walk);
  };
  walk(rows[0]['QUERY PLAN'][0].Plan);
  return found;
}
