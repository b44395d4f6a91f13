import { plainText } from '#platform/french/text.ts';
import { parseDay } from '#platform/french/time.ts';
import { lheoDay, readLheoDate } from '../../../lheo/dates.ts';
import { tokenOf } from '../../../lheo/values.ts';

const MONTHS = [
  'janvier',
  'fevrier',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'aout',
  'septembre',
  'octobre',
  'novembre',
  'decembre',
];

/**
 * A date as people type it, as LHÉO writes it: « 04/01/2027 », « 2027-01-04 », « 01/2027 », « janvier 2027 », « 2027 ».
 * @returns undefined for what is none
 */
export function readTypedDate(typed: string): string | undefined {
  const day = parseDay(typed.replace(/[.\s]+/g, '/'));
  if (day) return lheoDay(day.toString());
  const [, first = '', year = ''] =
    /^(?:(\d{1,2})[/.\s-]|(?=\d{4}$))(\d{4})$/.exec(typed) ?? /^(\p{L}+\.?)\s+(\d{4})$/u.exec(typed) ?? [];
  const month = first === '' ? 0 : monthOf(first);
  // As for days, beyond that a year was mistyped.
  if (month === undefined || !/^20\d\d$|^2100$/.test(year)) return undefined;
  return `${year}${String(month).padStart(2, '0')}00`;
}

function monthOf(typed: string): number | undefined {
  if (/^\d+$/.test(typed)) return Number(typed) >= 1 && Number(typed) <= 12 ? Number(typed) : undefined;
  const name = plainText(typed.replace('.', ''));
  const found = MONTHS.filter((month) => month === name || (name.length >= 3 && month.startsWith(name)));
  return found.length === 1 ? MONTHS.indexOf(found[0] as string) + 1 : undefined;
}

/** A date of LHÉO as a field shows it; '' where nothing is known, as it is where it is none. */
export function shownDate(raw: string): string {
  const read = readLheoDate(tokenOf(raw), 'first');
  if (!read) return raw;
  const [year = '', month = '', day = ''] = read.day?.split('-') ?? [];
  return { unknown: '', year, month: `${month}/${year}`, day: `${day}/${month}/${year}` }[read.precision];
}
