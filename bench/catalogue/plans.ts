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
  /** Kept by its connection from one use to the next. */
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

/** What the server says of a statement. */
export interface Explained {
  plan: Plan;
  /** Milliseconds that the server took to plan it, and to run it. */
  planned: number;
  run: number;
}

/** After how many uses the server has chosen between a plan for all values and one for each (PREPARE’s notes). */
const USES_TO_SETTLE = 6;

/** How the server plans and runs a statement: one that the application prepares, as it does after some uses. */
export async function explain(db: Knex, { text, values, isPrepared }: Sent): Promise<Explained> {
  const connection: pg.Client = await db.client.acquireConnection();
  const ask = 'explain (analyze, timing off, format json)';
  try {
    const { rows } = isPrepared
      ? await explainSettled(db, connection, ask, text, values)
      : await connection.query(`${ask} ${text}`, values);
    const [answer] = rows[0]['QUERY PLAN'];
    return { plan: answer.Plan, planned: answer['Planning Time'], run: answer['Execution Time'] };
  } finally {
    db.client.releaseConnection(connection);
  }
}

async function explainSettled(
  db: Knex,
  connection: pg.Client,
  ask: string,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult> {
  const marks = values.length > 0 ? `(${values.map(() => '?')})` : '';
  const execute = db.raw(`execute explained${marks}`, values as Knex.RawBinding[]).toQuery();
  await connection.query(`prepare explained as ${text}`);
  try {
    for (let use = 0; use < USES_TO_SETTLE; use += 1) await connection.query(execute);
    return await connection.query(`${ask} ${execute}`);
  } finally {
    await connection.query('deallocate explained');
  }
}

/** The large tables that the server reads through for a statement. */
export async function tablesReadThrough(db: Knex, sent: Sent): Promise<string[]> {
  const found = new Set<string>();
  const walk = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (plan['Node Type'] === 'Seq Scan' && table && LARGE.has(table)) found.add(table);
    plan.Plans?.forEach(walk);
  };
  walk((await explain(db, sent)).plan);
  return [...found];
}
