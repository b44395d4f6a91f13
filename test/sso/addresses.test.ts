import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, readAddress, withParameter } from '#sso/services/addresses.ts';

const REGISTERED = 'https://app.example.org/cas';

/** Addresses by which somebody could hope to be taken for the registered one, and what others have fallen for. */
const HOSTILE = [
  'https://app.example.org.evil.example/cas',
  'https://app.example.orgevil.example/cas',
  'https://evil.example/https://app.example.org/cas',
  'https://evil.example?https://app.example.org/cas',
  'https://app.example.org@evil.example/cas',
  'https://app.example.org:443@evil.example/cas',
  'https://user:password@app.example.org/cas',
  'https://@app.example.org/cas',
  'https://evil.example\\@app.example.org/cas',
  'https://app.example.org\\.evil.example/cas',
  'https:\\\\app.example.org\\cas',
  'https:/app.example.org/cas',
  'https:app.example.org/cas',
  '//app.example.org/cas',
  '///app.example.org/cas',
  '/cas',
  'app.example.org/cas',
  'http://app.example.org/cas',
  'ftp://app.example.org/cas',
  'javascript:alert(1)//https://app.example.org/cas',
  'data:text/html,https://app.example.org/cas',
  'https://app.example.org:8443/cas',
  'https://app.example.org:80/cas',
  'https://app.example.org./cas',
  'https://APP.example.org.evil.example/cas',
  'https://аpp.example.org/cas',
  'https://app。example.org.evil.example/cas',
  'https://app.example.org/casino',
  'https://app.example.org/cas%2f..%2fadmin',
  'https://app.example.org/cas/../admin',
  'https://app.example.org/cas/..;/admin',
  'https://app.example.org/cas/%2e%2e/admin',
  'https://app.example.org/cas/%2E./admin',
  'https://app.example.org/cas/.%2e;x=1/admin',
  'https://app.example.org/cas/%252e%252e/admin',
  'https://app.example.org/cas/..%5cadmin',
  'https://app.example.org/cas\\..\\admin',
  'https://app.example.org/cas/%00',
  'https://app.example.org/cas/%ff',
  'https://app.example.org/',
  'https://app.example.org',
  'https://example.org/cas',
  'https://sub.app.example.org/cas',
  'https://app.example.org/cas#fragment',
  'https://app.example.org/cas#@evil.example',
  'https://app.example.org/ca\ts',
  'https://app.example.org/cas\n',
  ' https://app.example.org/cas',
  'https://app.example.org/cas x',
  'https://app.exa\nmple.org/cas',
  'https://127.0.0.1/cas',
  'https://[::1]/cas',
  'https://*/cas',
  'https://*.example.org/cas',
  '.*',
  '',
  `https://app.example.org/cas?${'a'.repeat(3000)}`,
];

describe('what is not the registered address', () => {
  test.each(HOSTILE)('%j', (raw) => {
    const url = readAddress(raw, true);
    expect(url !== undefined && covers(REGISTERED, url)).toBe(false);
  });
});

test.each([
  REGISTERED,
  'https://app.example.org/cas/',
  'https://APP.example.org/cas',
  'https://app.example.org:443/cas',
  'https://app.example.org/cas/retour?a=%20b&c=1+2&url=https%3A%2F%2Fz%3Fq%3D1',
  'https://app.example.org/cas?x=../..',
  'https://app.example.org/cas/%C3%A9t%C3%A9',
])('what is: %s', (raw) => {
  const url = readAddress(raw, true);
  expect(url && covers(REGISTERED, url)).toBe(true);
});

test('without TLS only this computer, and not in production', () => {
  expect(readAddress('http://localhost:3080/cas', false)?.port).toBe('3080');
  expect(readAddress('http://localhost:3080/cas', true)).toBeUndefined();
  expect(readAddress('http://app.example.org/cas', false)).toBeUndefined();
  expect(readAddress('http://localhost.evil.example/cas', false)).toBeUndefined();
});

test('nothing is covered on another origin, whatever stands before and after', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', '.', '/', '@', '\\', ':', '%', '2', 'e', ';', '#', '?', '\t'),
  });
  fc.assert(
    fc.property(word, word, (before, after) => {
      const url = readAddress(`https://${before}app.example.org/cas${after}`, true);
      if (!url || !covers(REGISTERED, url)) return;
      expect(new URL(url.href).host).toBe('app.example.org');
      expect(url.pathname).toMatch(/^\/cas(\/|$)/);
    }),
    { numRuns: 5_000 },
  );
});

test('the ticket comes after everything else, which stays byte for byte', () => {
  const raw = 'https://app.example.org/cas/x?a=%20b&c=1+2&url=https%3A%2F%2Fz%3Fq%3D1';
  const ticketed = (address: string) => withParameter(readAddress(address, true) as URL, 'ticket', 'ST-1');
  expect(ticketed(raw)).toBe(`${raw}&ticket=ST-1`);
  expect(ticketed(REGISTERED)).toBe(`${REGISTERED}?ticket=ST-1`);
  expect(ticketed(`${REGISTERED}?`)).toBe(`${REGISTERED}?ticket=ST-1`);
});
