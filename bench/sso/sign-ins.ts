/**
 * Signs in by OpenID Connect again and again, in a process of its own. Argument: {@link SignIns} as JSON. Says an
 * {@link Asked} as JSON.
 */
import { runCompanion } from '#demo/companion.ts';
import { measured } from './asking.ts';
import { type SigningIn, signInTo } from './sign-in.ts';

export interface SignIns extends SigningIn {
  connections: number;
  count: number;
}

const given = JSON.parse(process.argv[2] ?? '{}') as SignIns;

await runCompanion(async () => {
  const turns = Array.from({ length: given.count }, (_, turn) => turn);
  const asked = await measured(given.connections, turns, () => signInTo(given));
  return { ready: JSON.stringify(asked), stop: async () => {} };
});
