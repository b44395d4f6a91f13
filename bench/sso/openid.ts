import type { AddressInfo } from 'node:net';
import type { Knex } from 'knex';
import { startCompanion } from '#demo/companion.ts';
import { PATHS } from '#sso/oidc/paths.ts';
import { openSite } from '../catalogue/site.ts';
import { type RunningApp, signIn } from '../pages/app.ts';
import { median } from '../pages/measure.ts';
import { recordSent, statementsIn } from '../recording.ts';
import { type Asked, ask } from './asking.ts';
import type { Remembered } from './memory.ts';
import { signInTo } from './sign-in.ts';
import type { SignIns } from './sign-ins.ts';
import { createClients, type Entrant, REDIRECT_URI, ROUNDS_A_MINUTE } from './tickets.ts';

interface Needs {
  db: Knex;
  app: RunningApp;
  entrant: Entrant;
  rounds: number;
  count: number;
  connections: number;
}

/**
 * Whole sign-ins by OpenID Connect (code, tokens, what is said of the person) of somebody who is signed in at the portal,
 * beside the same library that keeps everything in memory.
 */
export async function measureSignIns({ db, app, entrant, rounds, count, connections }: Needs): Promise<{
  perSecond: number;
  /** Milliseconds. */
  p99: number;
  ratio: number;
}> {
  const each = Math.ceil(count / ROUNDS_A_MINUTE);
  const [first, ...clients] = await createClients(db, 1 + each * (rounds + 1));
  if (!first) throw new Error('unreachable');
  const redirectUri = REDIRECT_URI;
  const cookie = await signIn(app.base, entrant.account);
  const claims = await signInTo(first, { base: app.base, cookie, redirectUri });
  const remembered: Remembered = { redirectUri, clients, claims };
  const memory = await startCompanion(new URL('./memory.ts', import.meta.url), [JSON.stringify(remembered)]);
  const round = async (base: string, nth: number): Promise<Asked> => {
    const own = clients.slice(nth * each, (nth + 1) * each);
    const given: SignIns = { base, cookie, redirectUri, clients: own, connections, count };
    const load = await startCompanion(new URL('./sign-ins.ts', import.meta.url), [JSON.stringify(given)]);
    await load.stop();
    return JSON.parse(load.ready);
  };
  try {
    const results: { app: Asked; memory: Asked }[] = [];
    // The first round warms both up, and is not counted.
    for (let nth = 0; nth <= rounds; nth += 1) {
      const one = { app: await round(app.base, nth), memory: await round(memory.ready, nth) };
      if (nth > 0) results.push(one);
    }
    const of = (read: (one: (typeof results)[number]) => number) => median(results.map(read));
    return {
      perSecond: of((one) => one.app.perSecond),
      p99: of((one) => one.app.p99),
      ratio: of((one) => one.app.perSecond / one.memory.perSecond),
    };
  } finally {
    await memory.stop();
  }
}

/** How many statements it takes to publish what is read of the portal by programs: its addresses, then its keys. */
export async function publishedBy(url: string): Promise<number[]> {
  const { app, close } = openSite(url);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const counts: number[] = [];
    for (const path of ['/.well-known/openid-configuration', PATHS.jwks]) {
      // The keys are read once, for half a minute.
      await ask(base + path);
      counts.push(statementsIn(await recordSent(() => ask(base + path))));
    }
    return counts;
  } finally {
    server.closeAllConnections();
    server.close();
    await close();
  }
}
