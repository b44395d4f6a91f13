import type { Knex } from 'knex';
import pg from 'pg';
import { recordSent, type Sent } from '../recording.ts';

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

/** What this process asks of tables while `work` runs, beside the statement by which a form sent twice is known. */
export async function recordAsked(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent = await recordSent(work);
  return sent.filter(
    ({ text }) =>
      /^\s*(with|select)\b/i.test(text) && !/^select 1$/i.test(text.trim()) && !text.includes('sent_forms'),
  );
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
export function explain(db: Knex, { text, values, isPrepared }: Sent): Promise<Explained> {
  const ask = 'explain (analyze, timing off, format json)';
  return undone(db, async (connection) =>
    isPrepared
      ? explainSettled(connection, ask, text, values)
      : answerOf(await connection.query(`${ask} ${text}`, values)),
  );
}

/** The large tables that the server reads through for a statement, at its first use or once it has settled on a plan. */
export async function tablesReadThrough(db: Knex, { text, values }: Sent): Promise<string[]> {
  const found = new Set<string>();
  const walk = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (plan['Node Type'] === 'Seq Scan' && table && LARGE.has(table)) found.add(table);
    plan.Plans?.forEach(walk);
  };
  const ask = 'explain (format json)';
  await undone(db, async (connection) => {
    walk(answerOf(await connection.query(`${ask} ${text}`, values)).plan);
    walk((await explainSettled(connection, ask, text, values)).plan);
  });
  return [...found];
}

let serial = 0;

async function explainSettled(
  connection: pg.Client,
  ask: string,
  text: string,
  values: unknown[],
): Promise<Explained> {
  serial += 1;
  const name = `explained_${serial}`;
  const execute = `execute ${name}${values.length > 0 ? `(${values.map(literal)})` : ''}`;
  await connection.query(`prepare ${name} as ${text}`);
  for (let use = 0; use < USES_TO_SETTLE; use += 1) await connection.query(execute);
  const explained = answerOf(await connection.query(`${ask} ${execute}`));
  await connection.query(`deallocate ${name}`);
  return explained;
}

/** Does something on one connection, of which nothing stays. */
async function undone<T>(db: Knex, work: (connection: pg.Client) => Promise<T>): Promise<T> {
  const connection: pg.Client = await db.client.acquireConnection();
  try {
    await connection.query('begin');
    return await work(connection);
  } finally {
    await connection.query('rollback');
    db.client.releaseConnection(connection);
  }
}

function answerOf({ rows }: pg.QueryResult): Explained {
  const [answer] = rows[0]['QUERY PLAN'];
  return { plan: answer.Plan, planned: answer['Planning Time'], run: answer['Execution Time'] };
}

/** A value as `execute` takes it, which has no parameters: as the driver would send it, between quotes. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.map(element)}}` : textOf(value));
}

const element = (value: unknown): string =>
  value === null ? 'null' : `"${textOf(value).replaceAll(/["\\]/g, '\\$&')}"`;

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
