import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import compression from 'compression';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { sharedPages } from '#platform/web/compression/shared-pages.ts';

const PAGE = `<p>${'Élan '.repeat(500)}</p>`;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A site of one page, which waits to be let go where it is held, and says how often it was made. */
async function site({ held = false } = {}) {
  const state = { asked: 0, made: 0, now: 0 };
  const waiting: (() => void)[] = [];
  const app = express();
  app.use(compression());
  app.use((_req, _res, next) => {
    state.asked += 1;
    next();
  });
  app.get(
    '/page{/:sort}',
    sharedPages(1000, () => state.now),
    async (req, res) => {
      state.made += 1;
      const number = state.made;
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      if (req.params.sort === 'cookie') res.cookie('csrf', String(number));
      if (req.params.sort === 'ailleurs') return res.redirect('/page');
      if (req.params.sort === 'absente') res.status(404);
      res.send(`${PAGE}<!-- ${number} -->`);
    },
  );
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = (path: string, headers: Record<string, string> = {}) =>
    fetch(base + path, { headers, redirect: 'manual' });
  /** As {@link open}, with the bytes as they came. */
  const ask = async (headers: Record<string, string>) => {
    const answer = await new Promise<IncomingMessage>((resolve) => get(`${base}/page`, { headers }, resolve));
    return { answer, bytes: Buffer.concat(await answer.toArray()) };
  };
  /** Waits until so many requests have come, so many of which wait for the page to be made. */
  const come = async (asked: number, held: number) => {
    while (state.asked < asked || waiting.length < held) await new Promise(setImmediate);
  };
  return { state, base, open, ask, come, letGo: () => waiting.splice(0).forEach((go) => void go()) };
}

test('visitors at the same moment get one page, made once; a second later it is made again', async () => {
  const { state, open } = await site();
  const pages = await Promise.all(Array.from({ length: 20 }, async () => (await open('/page')).text()));
  expect(new Set(pages)).toEqual(new Set([`${PAGE}<!-- 1 -->`]));
  state.now = 999;
  expect(await (await open('/page')).text()).toContain('<!-- 1 -->');
  state.now = 1000;
  expect(await (await open('/page')).text()).toContain('<!-- 2 -->');
  expect(await (await open('/page?q=autre')).text()).toContain('<!-- 3 -->');
});

test.each([
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['gzip, br;q=0', 'gzip', gunzipSync],
  ['identity', 'identity', (bytes: Buffer) => bytes],
])('the same page is sent as the browser reads it: %s', async (accepted, encoding, decode) => {
  const { ask } = await site();
  for (const turn of ['made', 'shared']) {
    const { answer, bytes } = await ask({ 'accept-encoding': accepted });
    expect(decode(bytes).toString(), turn).toBe(`${PAGE}<!-- 1 -->`);
    expect(answer.headers['content-encoding'] ?? 'identity').toBe(encoding);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers.vary).toContain('Accept-Encoding');
    expect(answer.headers['cache-control']).toBe('no-cache');
  }
});

test('a browser that has the page is told that it still holds', async () => {
  const { ask } = await site();
  const { etag } = (await ask({})).answer.headers;
  const { answer, bytes } = await ask({ 'if-none-match': String(etag) });
  expect([answer.statusCode, bytes.length]).toEqual([304, 0]);
});

test('whoever sent a cookie gets a page of their own, and gives it to nobody', async () => {
  const { open } = await site();
  const numbers: (string | undefined)[] = [];
  for (const cookie of ['session=a', '', 'session=b', '']) {
    const answer = await open('/page', cookie ? { cookie } : {});
    numbers.push(/<!-- (\d) -->/.exec(await answer.text())?.[1]);
  }
  expect(numbers).toEqual(['1', '2', '3', '2']);
});

test.each(['cookie', 'absente', 'ailleurs'])('what is no page for all is not shared: %s', async (sort) => {
  const { state, open, come, letGo } = await site({ held: true });
  const first = open(`/page/${sort}`);
  await come(1, 1);
  const others = [open(`/page/${sort}`), open(`/page/${sort}`)];
  await come(3, 1);
  letGo();
  await first;
  await come(3, 2);
  letGo();
  const cookies = (await Promise.all([first, ...others])).map(({ headers }) => headers.get('set-cookie'));
  expect(state.made).toBe(3);
  if (sort === 'cookie') expect(new Set(cookies).size).toBe(3);
});

test('those who wait for the page of a visitor who leaves get one all the same', async () => {
  const { state, base, open, come, letGo } = await site({ held: true });
  const leaving = get(`${base}/page`);
  leaving.on('error', () => {});
  await come(1, 1);
  const staying = Promise.all([open('/page'), open('/page'), open('/page')]);
  await come(4, 1);
  leaving.destroy();
  await come(4, 2);
  letGo();
  const pages = await Promise.all((await staying).map((answer) => answer.text()));
  expect(new Set(pages)).toEqual(new Set([`${PAGE}<!-- 2 -->`]));
  expect(state.made).toBe(2);
});
