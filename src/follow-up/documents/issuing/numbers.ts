import { randomBytes } from 'node:crypto';

/** « 2026-CERT-000123 »: one series for each kind and civil year of Paris. */
export const documentNumber = (year: number, prefix: string, serial: number): string =>
  `${year}-${prefix}-${String(serial).padStart(6, '0')}`;

// Crockford's letters: no I, L, O nor U, which are read as 1, 1, 0 and V.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 12;

/** A code that only the document itself tells: 60 random bits. */
export const newDocumentCode = (): string =>
  [...randomBytes(CODE_LENGTH)].map((byte) => LETTERS[byte & 31]).join('');

/** « 7H2K-9QXM-4TBN »: in groups, as people read it. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');

/**
 * The code that somebody typed: without spaces and hyphens, in capitals, and with what letters are taken for.
 * @returns undefined for what is none
 */
export function parseCode(typed: string): string | undefined {
  const tidy = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0')
    .replaceAll('U', 'V');
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(tidy) ? tidy : undefined;
}
