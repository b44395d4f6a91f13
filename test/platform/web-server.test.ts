import { Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startWebServer, type WebServer } from '#platform/web/server.ts';

/** A browser or a proxy, which keeps its connections. */
const agent = new Agent({ keepAlive: true });
let web: WebServer;
afterEach(async () => {
  agent.destroy();
  await web.stop();
});

async function start(app: RequestListener): Promise<void> {
  web = await startWebServer(app, 0, '127.0.0.1');
}

function get(path: string): Promise<IncomingMessage> {
  const { port } = web.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, path, agent, host: '127.0.0.1' }, resolve).once('error', reject).end();
  });
}

/** How long the stop takes, in milliseconds. */
async function stopped(): Promise<number> {
  const began = performance.now();
  await web.stop();
  return performance.now() - began;
}

/** A client that holds on is left after five seconds: anything near is not « at once ». */
const AT_ONCE = 2_500;

test('a request under way is answered, with the word that its connection closes, and the stop is immediate', async () => {
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await start(async (_req, res) => {
    arrived.resolve();
    await finish.promise;
    res.end('fini');
  });
  const answer = get('/');
  await arrived.promise;
  const stop = stopped();
  finish.resolve();

  const response = await answer;
  expect(response.headers.connection).toBe('close');
  response.resume();
  expect(await stop).toBeLessThan(AT_ONCE);
});

test('an answer whose beginning has left already closes its connection when it ends', async () => {
  const finish = Promise.withResolvers<void>();
  await start(async (_req, res) => {
    res.write('début');
    await finish.promise;
    res.end('fin');
  });
  const response = await get('/');
  expect(response.headers.connection).toBe('keep-alive');
  response.resume();
  const stop = stopped();
  finish.resolve();
  expect(await stop).toBeLessThan(AT_ONCE);
});

test('a connection that waits for nothing is closed at once', async () => {
  await start((_req, res) => void res.end('fini'));
  (await get('/')).resume();
  expect(await stopped()).toBeLessThan(AT_ONCE);
});

test('a connection is kept for longer than a proxy keeps it', async () => {
  await start((_req, res) => void res.end());
  expect(web.server.keepAliveTimeout).toBeGreaterThan(60_000);
  expect(web?.server.headersTimeout).toBeGreaterThan(web.server.keepAliveTimeout);
});
