import { type LheoElement, textAt } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';

/** The whole number of a leaf; null where there is none. */
export function integerAt(parent: LheoElement, ...path: readonly string[]): number | null {
  const text = tokenOf(textAt(parent, ...path) ?? '');
  return /^\+?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Whether a leaf says « oui » (1). */
export const saysYes = (parent: LheoElement, ...path: readonly string[]): boolean =>
  tokenOf(textAt(parent, ...path) ?? '') === '1';

/** The text of a leaf in one line; '' where there is none, or it is the dash of a file that had to say something. */
export function wordsAt(parent: LheoElement, ...path: readonly string[]): string {
  const text = tokenOf(textAt(parent, ...path) ?? '');
  return /^[–—-]*$/.test(text) ? '' : text;
}

/** A price as people write it, « 1 250,50 € », in euros; null where it is none, or more than a course may cost. */
export function priceAt(parent: LheoElement, ...path: readonly string[]): number | null {
  const text = (textAt(parent, ...path) ?? '').replace(/[\s€]/g, '').replace(',', '.');
  return /^\d{1,7}(\.\d{1,2})?$/.test(text) ? Number(text) : null;
}

/** A coordinate in degrees; null where it is none. */
export function degreesAt(parent: LheoElement, most: 90 | 180, ...path: readonly string[]): number | null {
  const text = tokenOf(textAt(parent, ...path) ?? '').replace(',', '.');
  const degrees = /^[+-]?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(degrees) <= most ? degrees : null;
}

/** The first characters of a text; none is cut in two, which no database keeps. */
export const firstOf = (text: string, most: number): string =>
  text.length <= most ? text : [...text].slice(0, most).join('');
