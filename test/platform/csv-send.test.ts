import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { afterEach, expect, test } from 'vitest';
import { type CsvParts, linesOf, sendCsv } from '#platform/csv/send.ts';
import { until } from '../support/process.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves one file. @returns the answer under way, once somebody has asked */
async function serve(
  parts: () => CsvParts,
  failed: (error: unknown) => void = () => {},
): Promise<{ sending: Promise<Response> }> {
  const sending = Promise.withResolvers<Response>();
  const app = express();
  app.get('/', async (_req, res) => {
    sending.resolve(res);
    await sendCsv(res, 'essai.csv', ['N', 'Texte'], parts());
  });
  app.use(((error, _req, res, next) => {
    failed(error);
    if (res.headersSent) next(error);
    else res.status(500).send('une page');
  }) as express.ErrorRequestHandler);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { sending: sending.promise };
}

async function open(): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, host: '127.0.0.1' }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

const PARTS = 2_000;
const ROWS = 100;

test('nothing is read for a reader who does not read, and all of it reaches who does', async () => {
  let asked = 0;
  const { sending } = await serve(async function* () {
    for (let part = 0; part < PARTS; part += 1) {
      asked += 1;
      yield Array.from({ length: ROWS }, (_, row) => [part * ROWS + row, 'mot '.repeat(20)]);
    }
  });
  const response = await open();
  const res = await sending;
  await until(async () => {
    const before = asked;
    await new Promise((turn) => setImmediate(turn));
    return res.writableNeedDrain && asked === before;
  });
  expect(asked).toBeLessThan(PARTS / 4);

  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) text += piece;
  const lines = text.split('\r\n');
  expect(lines[0]).toBe('\uFEFFN;Texte');
  expect(lines).toHaveLength(PARTS * ROWS + 2);
  expect(lines.at(-2)?.startsWith(`${PARTS * ROWS - 1};`)).toBe(true);
});

test('what fails before the first part is a page; later, the download breaks off', async () => {
  await serve(async function* () {
    yield* [];
    throw new Error('no row could be read');
  });
  expect((await open()).statusCode).toBe(500);
  server.close();

  await serve(async function* () {
    yield [[1, 'un']];
    throw new Error('the rest could not be read');
  });
  const response = await open();
  expect(response.statusCode).toBe(200);
  await expect(response.toArray()).rejects.toThrow('aborted');
});

test('a reader who leaves ends the reading', async () => {
  const left = Promise.withResolvers<string>();
  await serve(async function* () {
    try {
      for (;;) yield Array.from({ length: ROWS }, () => [1, 'mot '.repeat(20)]);
    } finally {
      left.resolve('ended');
    }
  });
  (await open()).destroy();
  expect(await left.promise).toBe('ended');
});

test('a reader who leaves before the first part is no failure, and the answer ends', async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const left = Promise.withResolvers<string>();
  const failures: unknown[] = [];
  const { sending } = await serve(
    async function* () {
      try {
        asked.resolve();
        await go.promise;
        yield [[1, 'un']];
      } finally {
        left.resolve('ended');
      }
    },
    (error) => failures.push(error),
  );
  const { port } = server.address() as AddressInfo;
  const leaving = request({ port, host: '127.0.0.1' }).on('error', () => undefined);
  leaving.end();
  const res = await sending;
  await asked.promise;
  const gone = once(res, 'close');
  leaving.destroy();
  await gone;
  go.resolve();
  expect(await left.promise).toBe('ended');
  await until(async () => res.writableEnded || failures.length > 0);
  expect(failures).toEqual([]);
});

test('rows that were read already are written in parts', async () => {
  const rows = Array.from({ length: 1_234 }, (_, index) => index);
  const parts = await Array.fromAsync(linesOf(rows, (row) => [row]));
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flat(2)).toEqual(rows);
});
