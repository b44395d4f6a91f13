import { CODE } from '#platform/security/codes.ts';

/** « 2026-CERT-000123 »: one series for each kind and civil year of Paris. */
export const documentNumber = (year: number, prefix: string, serial: number): string =>
  `${year}-${prefix}-${String(serial).padStart(6, '0')}`;

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
  return CODE.test(tidy) ? tidy : undefined;
}
