import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesBody } from '#platform/web/forms/files.ts';

const app = express();
app.use(
  '/restrained',
  filesBody(1000, () => true, { perPlace: 1, seconds: 1 }),
);
app.use(
  '/other',
  filesBody(1000, () => true),
);
app.use(
  '/large',
  filesBody(1000, () => true, { atOnce: 1, otherwise: 'Écrivez à l’agence.' }),
);
app.use((req, res) => void res.json(Object.keys(req.sentFiles ?? {})));
app.use(
  ((error, _req, res, _next) =>
    void res.status(error.status).end(error.message)) satisfies ErrorRequestHandler,
);

const server = app.listen(0, '127.0.0.1');
const sockets: Socket[] = [];
let port = 0;
beforeAll(async () => {
  if (!server.listening) await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Announces a file of which nothing comes. @returns the first answer, once there is one */
async function sendSlowly(path: string): Promise<{ answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const answer = once(socket, 'data').then(([data]) => String(data));
  const head = ['Host: x', 'Content-Type: multipart/form-data; boundary=b', 'Content-Length: 500'];
  socket.write(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n--b`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { answer };
}

async function post(path: string, content: string): Promise<Response> {
  const body = new FormData();
  body.set('fichier', new Blob([content]), 'x.txt');
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
}

const send = async (path: string): Promise<number> => (await post(path, 'x')).status;

test('what is slow to arrive at one address is refused in time, and keeps nobody from sending to another', async () => {
  const { answer } = await sendSlowly('/restrained');
  expect(await send('/restrained')).toBe(503);
  for (let count = 0; count < 4; count += 1) await sendSlowly('/restrained');
  expect(await send('/other')).toBe(200);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*Connection: close/);
  expect(await send('/restrained')).toBe(200);
});

test('four at once at one address; the fifth comes again', async () => {
  for (let count = 0; count < 4; count += 1) await sendSlowly('/other');
  expect(await send('/other')).toBe(503);
  expect(await send('/restrained')).toBe(200);
});

test('fewer at once where files are large, and one that is too large is told where else it goes', async () => {
  const refused = await post('/large', 'x'.repeat(200_000));
  expect(refused.status).toBe(413);
  expect(await refused.text()).toContain('Écrivez à l’agence.');
  await sendSlowly('/large');
  expect(await send('/large')).toBe(503);
});
