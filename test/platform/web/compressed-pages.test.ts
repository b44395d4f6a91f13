import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { compressedPages } from '#platform/web/compression/compressed-pages.ts';

const page = `<p>Élève${' à demain'.repeat(500)}</p>`;
const app = express();
app.use(compressedPages);
app.get('/page', (_req, res) => void res.send(page));
app.get('/list', (_req, res) => void res.type('text/csv').send(page));
app.get('/long', (_req, res) => void res.send(page.repeat(100)));
app.get('/short', (_req, res) => void res.send('<p>bref</p>'));

const open = (path: string, encodings: string) => request(app).get(path).set('Accept-Encoding', encodings);

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
])('a browser that takes %s is sent the page as %s', async (taken, sent) => {
  const answer = await open('/page', taken);
  expect(answer.headers).toMatchObject({
    'content-encoding': sent,
    'content-type': 'text/html; charset=utf-8',
    vary: 'Accept-Encoding',
  });
  expect(Number(answer.headers['content-length'])).toBeLessThan(page.length / 10);
  expect(answer.text).toBe(page);
});

test('who takes no compression is sent none, and caches are told', async () => {
  const answer = await open('/page', 'identity');
  expect(answer.headers).not.toHaveProperty('content-encoding');
  expect(answer.headers.vary).toBe('Accept-Encoding');
  expect(answer.text).toBe(page);
});

test('another text keeps its type, and a short one is sent as it is', async () => {
  expect((await open('/list', 'br')).headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/csv; charset=utf-8',
  });
  expect((await open('/short', 'br')).headers).not.toHaveProperty('content-encoding');
});

test('what is longer than any page is left to be compressed while others are answered', async () => {
  expect((await open('/long', 'br')).headers).not.toHaveProperty('content-encoding');
});
