import fc from 'fast-check';
import { Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { hashRecoveryCode, newRecoveryCodes, plainCode } from '#identity/second-factor/recovery-codes.ts';
import { codeAt, enrolmentUri, groupedKey, newKey, stepOf } from '#identity/second-factor/totp.ts';

/** The key of RFC 6238, appendix B. */
const RFC_KEY = Secret.fromUTF8('12345678901234567890').base32;

describe('the vectors of RFC 6238 (HMAC-SHA-1), cut to six digits', () => {
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i seconds: %s', (seconds, code) => {
    const moment = new Date(seconds * 1000);
    expect(codeAt(RFC_KEY, moment)).toBe(code);
    expect(stepOf(RFC_KEY, code, moment)).toBe(Math.floor(seconds / 30));
  });
});

test('a code is taken during its step, the one before and the one after, whatever the key and the moment', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60_000, max: 4_000_000_000 }),
      fc.integer({ min: -4, max: 4 }),
      (seconds, steps) => {
        const key = newKey();
        const made = new Date(seconds * 1000);
        const read = new Date((seconds + steps * 30) * 1000);
        const step = stepOf(key, codeAt(key, made), read);
        if (Math.abs(steps) <= 1) expect(step).toBe(Math.floor(seconds / 30));
        // Another step's code can be the same six digits: then it is that step's.
        else expect(step).not.toBe(Math.floor(seconds / 30));
      },
    ),
  );
});

test.each(['', '12345', '1234567', '12345a', '١٢٣٤٥٦', '287 082'])('« %s » is no code', (typed) => {
  expect(stepOf(RFC_KEY, typed, new Date(59_000))).toBeUndefined();
});

test('keys have 160 bits, are shown in groups of four, and name the site and the person', () => {
  const key = newKey();
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  expect(newKey()).not.toBe(key);
  expect(groupedKey('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
  const uri = new URL(enrolmentUri(key, 'ada@structure.example'));
  expect(uri.protocol).toBe('otpauth:');
  expect(uri.searchParams.get('secret')).toBe(key);
  expect(decodeURIComponent(uri.pathname)).toContain('ada@structure.example');
});

test('recovery codes are ten different ones, read whatever the case, the spaces and the dashes', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  const key = Buffer.alloc(32, 1);
  for (const code of codes) {
    expect(code).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/);
    const typed = ` ${code.toLowerCase().replace('-', ' ')} `;
    expect(hashRecoveryCode(key, 7, typed)).toBe(hashRecoveryCode(key, 7, code));
    expect(hashRecoveryCode(key, 8, code)).not.toBe(hashRecoveryCode(key, 7, code));
    expect(hashRecoveryCode(Buffer.alloc(32, 2), 7, code)).not.toBe(hashRecoveryCode(key, 7, code));
  }
  expect(plainCode(' ab-c 2 ')).toBe('ABC2');
});
