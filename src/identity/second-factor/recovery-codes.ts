import { createHmac, randomInt } from 'node:crypto';

/** How many a person gets at once. */
export const RECOVERY_CODES = 10;
/** Without the letters and digits that are mistaken for each other on paper (I L O U 0 1). */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 10;

const newCode = () => Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** Ten new codes of 49 random bits each, « ABCDE-23456 ». */
export function newRecoveryCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < RECOVERY_CODES) codes.add(newCode().replace(/^.{5}/, '$&-'));
  return [...codes];
}

/** A code as typed, in the one form that is hashed: case, spaces and dashes do not count. */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/**
 * What the database keeps of a code. Keyed, because 49 bits alone could be searched by whoever reads the table;
 * bound to the person, because two people may draw the same code.
 */
export function hashRecoveryCode(key: Buffer, userId: number, code: string): string {
  return createHmac('sha256', key)
    .update(`${userId}:${plainCode(code)}`)
    .digest('base64url');
}
