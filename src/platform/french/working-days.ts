import { formatTime, parisDay, parisMoment } from './time.ts';

/**
 * Easter Sunday of a year in the Gregorian calendar (Meeus, « Astronomical Algorithms », ch. 8; also called the
 * anonymous or Butcher's algorithm).
 */
export function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(n / 31), day: (n % 31) + 1 });
}

/** The holidays that fall on the same date every year, `MM-DD` (Code du travail, L3133-1). */
const FIXED = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];
/** Those that follow Easter Sunday, in days: Easter Monday, Ascension Day, Whit Monday. */
const AFTER_EASTER = [1, 39, 50];

/** The eleven public holidays of mainland France in a year, `YYYY-MM-DD`, in order. */
export function publicHolidays(year: number): string[] {
  const easter = easterSunday(year);
  return [
    ...FIXED.map((day) => `${String(year).padStart(4, '0')}-${day}`),
    ...AFTER_EASTER.map((days) => easter.add({ days }).toString()),
  ].sort();
}

const holidays = new Map<number, ReadonlySet<string>>();
function holidaysOf(year: number): ReadonlySet<string> {
  const known = holidays.get(year) ?? new Set(publicHolidays(year));
  holidays.set(year, known);
  return known;
}

/** Whether people are at work that day: Monday to Friday, public holidays apart. */
export function isWorkingDay(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek <= 5 && !holidaysOf(day.year).has(day.toString());
}

/**
 * The beginning, in Paris, of the day that lies this many working days before today. What came before that moment
 * has waited for more than `days` whole working days, today included as soon as it has begun.
 * @param days one or more
 */
export function workingDaysBefore(now: Date, days: number): Date {
  let day = parisDay(now);
  for (let left = days; left > 0; ) {
    day = day.subtract({ days: 1 });
    if (isWorkingDay(day)) left -= 1;
  }
  return parisMoment(day, '00:00');
}

/**
 * How many working days have begun since a moment, in Paris: none on the day itself, one the next working day.
 * @returns a whole number, 0 for a moment to come
 */
export function workingDaysSince(since: Date, now: Date): number {
  const today = parisDay(now);
  let days = 0;
  for (let day = parisDay(since).add({ days: 1 }); Temporal.PlainDate.compare(day, today) <= 0; ) {
    if (isWorkingDay(day)) days += 1;
    day = day.add({ days: 1 });
  }
  return days;
}

/** After how many working days whoever decides is reminded (domain.md §3 and §7), the later first. */
export const REMINDER_WORKING_DAYS = [7, 3] as const;

/** Whether somebody reminded now is likely at work: a working day in Paris, from 8:00 to 18:00. */
export function isReminderTime(now: Date): boolean {
  const time = formatTime(now);
  return isWorkingDay(parisDay(now)) && time >= '08:00' && time < '18:00';
}
