import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { openSite } from '../catalogue/site.ts';
import type { Turn } from './turns.ts';
import { formsOf, postOf } from './visitors.ts';

/** A statement as the application sent it, with its values, and the number of the row that it added. */
export interface Recorded {
  text: string;
  values: readonly unknown[];
  added?: number;
}

/** What the application sends PostgreSQL for one request, sent by the last of these people. */
export async function recordEnrolment(
  url: string,
  turns: readonly Turn[],
): Promise<{ turn: Turn; sent: Recorded[] }> {
  const turn = turns.at(-1);
  if (!turn) throw new Error('nobody to ask for a place');
  const { app, close } = openSite(url);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const [form] = await formsOf(base, [turn]);
    if (!form) throw new Error(`${turn.email} is not signed in`);
    const { path, cookie, body } = postOf(turn, form);
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const sent = await recording(async () => {
      const answer = await fetch(base + path, { method: 'POST', redirect: 'manual', headers, body });
      if (answer.status !== 303) throw new Error(`${path}: ${answer.status}`);
    });
    return { turn, sent };
  } finally {
    server.closeAllConnections();
    server.close();
    await close();
  }
}

async function recording(work: () => Promise<void>): Promise<Recorded[]> {
  const sent: Recorded[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query, given, last] = args as [string | { text: string; values?: unknown[] }, unknown, unknown];
    const { text, values = Array.isArray(given) ? given : [] } =
      typeof query === 'string' ? { text: query } : query;
    const one: Recorded = { text, values };
    sent.push(one);
    const note = (result: pg.QueryResult) => {
      if (/^insert\b/i.test(text) && typeof result?.rows?.[0]?.id === 'number') one.added = result.rows[0].id;
    };
    const callback = typeof given === 'function' ? given : last;
    if (typeof callback === 'function') {
      args[args.indexOf(callback)] = (error: unknown, result: pg.QueryResult) => {
        if (result) note(result);
        callback(error, result);
      };
      return Reflect.apply(original, this, args);
    }
    const answer = Reflect.apply(original, this, args) as unknown as Promise<pg.QueryResult>;
    answer?.then?.(note, () => {});
    return answer;
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return sent;
}
