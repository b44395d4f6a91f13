/**
 * Some people who open pages one after the other, with a moment between two, until they are asked how long each took.
 * Argument: the address, the cookies and the pages, as JSON; answers the milliseconds as JSON.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { runCompanion } from '#demo/companion.ts';

const { base, cookie, pages } = JSON.parse(process.argv[2] ?? '{}') as {
  base: string;
  cookie: string;
  pages: string[];
};
const VISITORS = 4;
const BETWEEN_MS = 20;

await runCompanion(async () => {
  const took: number[] = [];
  let isOver = false;
  const visit = async (first: number) => {
    for (let nth = first; !isOver; nth += 1) {
      const began = performance.now();
      const answer = await fetch(base + pages[nth % pages.length], { headers: { cookie } });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${pages[nth % pages.length]}: ${answer.status}`);
      took.push(performance.now() - began);
      await delay(BETWEEN_MS);
    }
  };
  for (let visitor = 0; visitor < VISITORS; visitor += 1) void visit(visitor);
  const server = createServer((_req, res) => void res.end(JSON.stringify(took))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      isOver = true;
      server.close();
      server.closeAllConnections();
    },
  };
});
