import pg from 'pg';

/** A statement as the application sent it, with its values. */
export interface Sent {
  text: string;
  values: readonly unknown[];
}

/** What is sent to PostgreSQL by this process while `work` goes on. */
export async function recordSent(work: () => Promise<void>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query, given] = args as [string | { text: string; values?: unknown[] }, unknown];
    const { text, values = Array.isArray(given) ? given : [] } =
      typeof query === 'string' ? { text: query } : query;
    sent.push({ text, values });
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return sent;
}
