import { z } from 'zod';
import { readable } from '#platform/web/forms/fields.ts';
import { readLheoDate, UNKNOWN_END, UNKNOWN_START } from '../../lheo/dates.ts';

/**
 * A date of LHÉO as people type it: « 04/01/2027 », « 2027-01-04 », « 01/2027 » for a month, « 2027 » for a year.
 * @returns AAAAMMJJ, or undefined where it is none
 */
export function lheoDateTyped(typed: string): string | undefined {
  const [, day, month, year] =
    /^(?:(?:(\d{1,2})\s*[/.-]\s*)?(\d{1,2})\s*[/.-]\s*)?(\d{4})$/.exec(typed) ?? [];
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(typed);
  const raw = iso
    ? `${iso[1]}${iso[2]}${iso[3] ?? '00'}`
    : year
      ? `${year}${(month ?? '00').padStart(2, '0')}${(day ?? '00').padStart(2, '0')}`
      : '';
  return readLheoDate(raw, 'first')?.day ? raw : undefined;
}

/** A date of LHÉO as a form shows it; '' for one that nothing is known of. */
export function lheoDateShown(raw: string | undefined): string {
  const date = raw === undefined ? undefined : readLheoDate(raw.trim(), 'first');
  if (!date?.day) return '';
  const [year, month, day] = date.day.split('-');
  if (date.precision === 'year') return `${year}`;
  return date.precision === 'month' ? `${month}/${year}` : `${day}/${month}/${year}`;
}

const PROBLEM = 'Écrivez une date comme 04/01/2027, 01/2027 ou 2027.';

/** A date that may be a month or a year; left empty, nothing is known of it. @param edge of a period */
export const lheoDate = (edge: 'start' | 'end') =>
  readable({ max: 20 }).transform((typed, context): string => {
    if (typed === '') return edge === 'start' ? UNKNOWN_START : UNKNOWN_END;
    const raw = lheoDateTyped(typed);
    if (raw) return raw;
    context.addIssue({ code: 'custom', message: PROBLEM });
    return z.NEVER;
  });

/** A whole day as LHÉO writes it; null where it is left empty. */
export const lheoWholeDay = () =>
  readable({ max: 20 }).transform((typed, context): string | null => {
    if (typed === '') return null;
    const raw = lheoDateTyped(typed);
    if (raw && readLheoDate(raw, 'first')?.precision === 'day') return raw;
    context.addIssue({ code: 'custom', message: 'Écrivez une date comme 04/01/2027.' });
    return z.NEVER;
  });
