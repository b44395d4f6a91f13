/**
 * Signs in by OpenID Connect again and again, in a process of its own. Argument: {@link SignIns} as JSON. Says an
 * {@link Asked} as JSON.
 */
import { runCompanion } from '#demo/companion.ts';
import { measured } from './asking.ts';
import { type SigningIn, signInTo } from './sign-in.ts';
import type { Client } from './tickets.ts';

export interface SignIns extends SigningIn {
  /** Each in turn. */
  clients: Client[];
  connections: number;
  count: number;
}

const given = JSON.parse(process.argv[2] ?? '{}') as SignIns;

await runCompanion(async () => {
  const { clients, count, connections } = given;
  const turns = Array.from({ length: count / clients.length }, () => clients).flat();
  const asked = await measured(connections, turns, (client) => signInTo(client, given));
  return { ready: JSON.stringify(asked), stop: async () => {} };
});
