import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, readAddress, withParameter } from '#sso/services/addresses.ts';
import { HOSTILE, REGISTERED } from '../support/hostile-addresses.ts';

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
  'https://app.example.org/cas?mail=a@b.example',
  'https://app.example.org/cas/%C3%A9t%C3%A9',
])('what is: %s', (raw) => {
  const url = readAddress(raw, true);
  expect(url && covers(REGISTERED, url)).toBe(true);
});

test('an address of mail behind a bare host is no name before one', () => {
  expect(readAddress('https://app.example.org?mail=a@b.example', true)?.host).toBe('app.example.org');
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
