const MONTHS = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
];

/** The days of the week as a calendar heads its columns, in full and short. */
export const WEEKDAYS: readonly (readonly [name: string, short: string])[] = [
  ['lundi', 'lun.'],
  ['mardi', 'mar.'],
  ['mercredi', 'mer.'],
  ['jeudi', 'jeu.'],
  ['vendredi', 'ven.'],
  ['samedi', 'sam.'],
  ['dimanche', 'dim.'],
];

/** The months that a calendar can be asked for. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

/**
 * The month of an address, `2026-11`.
 * @returns undefined for anything else, and for years in which nothing is
 */
export function parseMonth(typed: string): Temporal.PlainYearMonth | undefined {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(typed)) return undefined;
  const month = Temporal.PlainYearMonth.from(typed);
  return month.year >= FIRST_YEAR && month.year <= LAST_YEAR ? month : undefined;
}

/** « novembre 2026 » */
export const monthLabel = (month: Temporal.PlainYearMonth): string =>
  `${MONTHS[month.month - 1]} ${month.year}`;

/** The weeks of a month, Monday first; null for the days of its neighbours. */
export function weeksOf(month: Temporal.PlainYearMonth): (Temporal.PlainDate | null)[][] {
  const before = month.toPlainDate({ day: 1 }).dayOfWeek - 1;
  const weeks = Math.ceil((before + month.daysInMonth) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => {
      const day = week * 7 + weekday - before + 1;
      return day >= 1 && day <= month.daysInMonth ? month.toPlainDate({ day }) : null;
    }),
  );
}
