import type { AddressInfo } from 'node:net';
import { explain, recordAsked } from '../catalogue/plans.ts';
import { openSite, PASSWORD } from '../catalogue/site.ts';
import { signIn } from './app.ts';
import type { Somebody, Subject } from './subjects.ts';

/** What PostgreSQL has to do for one page. */
export interface Statements {
  count: number;
  /** Milliseconds for all of them together. */
  planned: number;
  run: number;
}

/**
 * Opens each page several times in this process, and asks PostgreSQL how long it plans and runs what the last one sent.
 * @returns in the order of the subjects; of several addresses the first is opened
 */
export async function statementsOf(
  url: string,
  subjects: readonly Subject[],
  people: Record<NonNullable<Subject['as']>, Somebody>,
): Promise<Statements[]> {
  const { app, db, close } = openSite(url);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const found: Statements[] = [];
    for (const { paths, as } of subjects) {
      const cookie = as ? await signIn(base, { ...people[as], password: PASSWORD }) : '';
      const open = async () => (await fetch(base + paths[0], { headers: { cookie } })).text();
      // Shared pages are kept for some seconds: what is asked for the first visitor is what is told. Of the others, what
      // is asked once it is prepared.
      const first = await recordAsked(open);
      for (let time = 0; time < 20; time += 1) await open();
      const later = await recordAsked(open);
      const sent = later.length > 0 ? later : first;
      const explained = [];
      for (const one of sent) explained.push(await explain(db, one));
      found.push({
        count: sent.length,
        planned: explained.reduce((sum, { planned }) => sum + planned, 0),
        run: explained.reduce((sum, { run }) => sum + run, 0),
      });
    }
    return found;
  } finally {
    server.closeAllConnections();
    server.close();
    await close();
  }
}
