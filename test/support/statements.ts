import pg from 'pg';

/** Every SQL statement that this process sends while `work` runs, whichever library sends it. */
export async function recordStatements(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [query] = args as [string | { text: string }];
    statements.push(typeof query === 'string' ? query : query.text);
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return statements.filter((sql) => !/^(begin|commit|rollback|set |select 1$)/i.test(sql.trim()));
}
