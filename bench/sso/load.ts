/**
 * Asks for each of a list of paths once, in a process of its own. Arguments: where, how many at once, a file of paths, and
 * what every answer has to hold. Says an {@link Asked} as JSON.
 */
import { readFileSync } from 'node:fs';
import { runCompanion } from '#demo/companion.ts';
import { ask, measured } from './asking.ts';

const [base = '', connections = '1', file = '', expected = ''] = process.argv.slice(2);

await runCompanion(async () => {
  const paths: string[] = JSON.parse(readFileSync(file, 'utf8'));
  const asked = await measured(Number(connections), paths, async (path) => {
    const { body } = await ask(base + path);
    if (!body.includes(expected)) throw new Error(`${path}: ${body}`);
  });
  return { ready: JSON.stringify(asked), stop: async () => {} };
});
