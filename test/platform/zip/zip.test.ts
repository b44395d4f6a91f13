import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileNames } from '#platform/zip/names.ts';
import { sendZip, type ZipEntries, zipped } from '#platform/zip/stream.ts';
import { unzipped } from '../../support/zip.ts';

const AT = new Date('2026-11-30T10:00:00Z');
async function* filesOf(contents: Record<string, string>): ZipEntries {
  for (const [name, content] of Object.entries(contents))
    yield { name, at: AT, content: Buffer.from(content) };
}

const texts = async (bytes: Buffer) =>
  Object.fromEntries(
    Object.entries(await unzipped(bytes)).map(([name, content]) => [name, content.toString()]),
  );

/** Serves one archive; what is done with it is `use`. */
async function served<T>(entries: () => ZipEntries, use: (address: string) => Promise<T>): Promise<T> {
  const app = express();
  app.get('/', (_req, res, next) => {
    sendZip(res, 'Session 12/a.zip', entries()).catch(next);
  });
  app.use(((_error, _req, res, _next) => {
    if (res.headersSent) res.destroy();
    else res.status(503).send('plus tard');
  }) as express.ErrorRequestHandler);
  const server = createServer(app).listen(0);
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('an archive', () => {
  test('holds each file as it was given, under a name of any letters', async () => {
    const files = { 'Attestation Zoé.pdf': 'é', 'Сертификат.pdf': 'x'.repeat(100_000), 'vide.pdf': '' };
    expect(await texts(await buffer(zipped(filesOf(files))))).toEqual(files);
  });

  test('of nothing is one all the same', async () => {
    expect(await texts(await buffer(zipped(filesOf({}))))).toEqual({});
  });

  test('is sent as a file to keep', async () => {
    const answer = await served(
      () => filesOf({ 'a.pdf': 'A' }),
      async (address) => {
        const { headers, ...rest } = await fetch(address).then(async (one) => ({
          headers: one.headers,
          body: Buffer.from(await one.arrayBuffer()),
        }));
        return {
          ...rest,
          type: headers.get('content-type'),
          name: headers.get('content-disposition'),
          cache: headers.get('cache-control'),
        };
      },
    );
    expect(answer).toMatchObject({
      type: 'application/zip',
      name: 'attachment; filename="Session 12-a.zip"',
      cache: 'private, no-store',
    });
    expect(await texts(answer.body)).toEqual({ 'a.pdf': 'A' });
  });

  test('that fails before its first file is a page, and later a download that breaks off', async () => {
    async function* failing(after: number): ZipEntries {
      for (let index = 0; index < after; index += 1)
        yield { name: `${index}.pdf`, at: AT, content: Buffer.alloc(200_000) };
      throw new Error('away');
    }
    await served(
      () => failing(0),
      async (address) => {
        expect((await fetch(address)).status).toBe(503);
      },
    );
    await served(
      () => failing(3),
      async (address) => {
        await expect(fetch(address).then((answer) => answer.arrayBuffer())).rejects.toThrow();
      },
    );
  });

  test('asks for a file once the one before was taken, and for no more once the reader has left', async () => {
    let asked = 0;
    let isOver = false;
    async function* endless(): ZipEntries {
      try {
        for (;;) {
          asked += 1;
          yield { name: `${asked}.pdf`, at: AT, content: Buffer.alloc(1_000_000) };
        }
      } finally {
        isOver = true;
      }
    }
    await served(endless, async (address) => {
      const leaving = new AbortController();
      const answer = await fetch(address, { signal: leaving.signal });
      await answer.body?.getReader().read();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = asked;
      expect(before).toBeLessThan(40);
      leaving.abort();
      while (!isOver) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(asked).toBeLessThan(before + 3);
    });
  });
});

describe('the names of its files', () => {
  test.each([
    ['Attestation, Zoé', 'Attestation, Zoé.pdf'],
    ['../../etc/passwd', '-..-etc-passwd.pdf'],
    ['C:\\a|b?', 'C-a-b-.pdf'],
    ['.cache', 'cache.pdf'],
    ['con', '_.pdf'],
    ['\u202eodile', '-odile.pdf'],
    ['', 'document.pdf'],
    ['...', 'document.pdf'],
    ['Zoe\u0301', 'Zo\u00e9.pdf'],
  ])('%j', (words, name) => expect(fileNames()(words, '.pdf')).toBe(name));

  test('tell two files apart that some systems would not', () => {
    const name = fileNames();
    expect(['a', 'A', 'a'].map((words) => name(words, '.pdf'))).toEqual(['a.pdf', 'A (2).pdf', 'a (3).pdf']);
  });

  test('are short, all different, and stay in their folder, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 }), (all) => {
        const name = fileNames();
        const names = all.map((words) => name(words, '.pdf'));
        expect(new Set(names.map((one) => one.toLowerCase())).size).toBe(all.length);
        for (const one of names) {
          expect(Buffer.byteLength(one)).toBeLessThanOrEqual(120);
          expect(one).toMatch(/^[^./\\\s][^/\\]*\.pdf$/);
          expect(one.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
