/**
 * Asks for each of a list of paths once, in a process of its own. Arguments: where, how many at once, a file of paths, and
 * what every answer has to hold. Says a {@link Validated} as JSON.
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { runCompanion } from '#demo/companion.ts';

/** How it went; the time in milliseconds. */
export interface Validated {
  perSecond: number;
  p99: number;
}

const [base = '', connections = '1', file = '', expected = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

await runCompanion(async () => {
  const paths: string[] = JSON.parse(readFileSync(file, 'utf8'));
  const count = paths.length;
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Number(connections) }, async () => {
      for (let path = paths.pop(); path; path = paths.pop()) {
        const from = performance.now();
        const body = await ask(base + path);
        times.push(performance.now() - from);
        if (!body.includes(expected)) throw new Error(`${path}: ${body}`);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(count * 0.99)] ?? 0;
  return {
    ready: JSON.stringify({ perSecond: count / seconds, p99 } satisfies Validated),
    stop: async () => {},
  };
});

function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let body = '';
      answer
        .setEncoding('utf8')
        .on('data', (chunk) => {
          body += chunk;
        })
        .once('end', () => resolve(body));
    }).once('error', reject);
  });
}
