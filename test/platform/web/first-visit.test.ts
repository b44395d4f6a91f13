import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';

let site: TestSite;
let server: Server;
beforeAll(async () => {
  site = await createTestSite();
  server = site.app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

/** As a browser of today asks for a page, or as one that reads what is sent as it is. */
async function open(path: string, encoding = 'gzip, deflate, br') {
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, path, headers: { 'accept-encoding': encoding } }, resolve).once('error', reject);
  });
  return { headers: answer.headers, bytes: await buffer(answer) };
}

const namedIn = (page: Buffer): string[] =>
  [
    ...brotliDecompressSync(page)
      .toString()
      .matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g),
  ].map(([, file = '']) => file);

test.each([
  ['/parcourspro', 30_000],
  ['/parcourspro/actions', 30_000],
  ['/connexion', 31_000],
  ['/account-requests/add', 46_000],
])('who comes for the first time loads %s, with its files, in less than %i bytes', async (path, most) => {
  const page = (await open(path)).bytes;
  const weights = [[path, page.length] as const];
  for (const file of namedIn(page)) weights.push([file, (await open(file)).bytes.length]);
  expect(weights.length).toBeGreaterThan(7);
  expect(
    weights.reduce((sum, [, weight]) => sum + weight, 0),
    JSON.stringify(weights),
  ).toBeLessThan(most);
});

test('a file is the same, and kept as long, compressed or not', async () => {
  for (const file of namedIn((await open('/connexion')).bytes)) {
    const [packed, plain] = [await open(file), await open(file, 'identity')];
    expect(brotliDecompressSync(packed.bytes).equals(plain.bytes), file).toBe(true);
    for (const { headers } of [packed, plain])
      expect(headers).toMatchObject({
        vary: 'Accept-Encoding',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
  }
});
