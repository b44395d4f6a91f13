import { mkdirSync, mkdtempSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAssets } from '#platform/web/views/assets.ts';

const STYLES = `.page { ${'color: black; '.repeat(200)} }`;
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'assets-'));
  file = path.join(directory, 'site.css');
  writeFileSync(file, STYLES);
});
afterEach(() => rmSync(directory, { recursive: true }));

function site() {
  const assets = createAssets(directory);
  const app = express().use(assets.serve);
  return (encoding = 'gzip, deflate, br') =>
    request(app).get(assets.url('site.css')).set('Accept-Encoding', encoding);
}

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['identity', undefined],
])('a browser that takes %s is sent a file as %s, for a year', async (taken, sent) => {
  const answer = await site()(taken);
  expect(answer.text).toBe(STYLES);
  expect(answer.headers['content-encoding']).toBe(sent);
  expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test('a file changed in its place is not kept under the address of before', async () => {
  const open = site();
  writeFileSync(file, `${STYLES} .more {}`);
  for (const encoding of ['br', 'identity']) {
    const answer = await open(encoding);
    expect(answer.text).toContain('.more');
    expect(answer.headers['cache-control']).toBe('public, max-age=0');
  }
});

test('what was compressed before that stays what its address says', async () => {
  const open = site();
  await open();
  writeFileSync(file, `${STYLES} .more {}`);
  expect((await open()).text).toBe(STYLES);
});

test('a file that could not be read is read by whoever asks next', async () => {
  const at = new Date('2026-01-01');
  utimesSync(file, at, at);
  const open = site();
  rmSync(file);
  mkdirSync(file);
  utimesSync(file, at, at);
  expect((await open()).status).toBe(500);
  rmdirSync(file);
  writeFileSync(file, STYLES);
  utimesSync(file, at, at);
  expect((await open()).text).toBe(STYLES);
});
