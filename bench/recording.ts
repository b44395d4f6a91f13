import pg from 'pg';

type Query = string | { text: string; values?: unknown[]; name?: string };

/** A statement as the server gets it. */
export interface Sent {
  text: string;
  values: unknown[];
  /** Kept by its connection from one use to the next. */
  isPrepared: boolean;
  /** Between a `begin` and its end, neither of which is. */
  isInTransaction: boolean;
  /** The number of the row that it added. */
  added?: number;
}

/** Every SQL statement that this process sends while `work` runs. */
export async function recordSent(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const within = new WeakSet<pg.Client>();
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query, given, last] = args as [Query, unknown, unknown];
    const { text, values, name } =
      typeof query === 'string' ? ({ text: query } as Exclude<Query, string>) : query;
    if (/^\s*(commit|rollback)\b/i.test(text)) within.delete(this);
    const one: Sent = {
      text,
      values: values ?? (Array.isArray(given) ? given : []),
      isPrepared: name !== undefined,
      isInTransaction: within.has(this),
    };
    sent.push(one);
    if (/^\s*begin\b/i.test(text)) within.add(this);
    const note = (result: pg.QueryResult) => {
      const [row, ...others] = result?.rows ?? [];
      if (/^\s*insert\b/i.test(text) && typeof row?.id === 'number' && others.length === 0)
        one.added = row.id;
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

/** How many of these statements ask or change something. */
export const statementsIn = (sent: readonly Sent[]): number =>
  sent.filter(({ text }) => !/^(begin|commit)\b/i.test(text)).length;
