import { parisDay, parisMoment } from '#platform/french/time.ts';

// The movable holidays are left out: a session on one of them would shock nobody in a demo.
const HOLIDAYS = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];
const MINUTES_WORKED = 8 * 60;
const FIRST_MINUTE = 9 * 60;

const isWorkingDay = (day: Temporal.PlainDate): boolean =>
  day.dayOfWeek <= 5 && !HOLIDAYS.includes(day.toString().slice(5));

/** The day itself if people work then, else the next one (`direction` 1) or the one before (-1). */
export function workingDay(day: Temporal.PlainDate, direction: 1 | -1): Temporal.PlainDate {
  let found = day;
  while (!isWorkingDay(found)) found = found.add({ days: direction });
  return found;
}

/** The working day that comes `count` working days later. */
export function addWorkingDays(day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  let found = day;
  for (let left = count; left > 0; left -= 1) found = workingDay(found.add({ days: 1 }), 1);
  return found;
}

/** The working days from one day to another, both included. */
export function workingDaysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = [];
  for (let day = from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    if (isWorkingDay(day)) days.push(day);
  }
  return days;
}

/**
 * A moment of office hours inside a list of days, growing with `fraction`.
 * @param fraction 0 is the first minute of the first day, 1 the last of the last one
 */
export function officeMoment(days: Temporal.PlainDate[], fraction: number): Date {
  const total = days.length * MINUTES_WORKED;
  const position = Math.min(Math.max(Math.floor(fraction * total), 0), total - 1);
  const day = days[Math.floor(position / MINUTES_WORKED)];
  if (!day) throw new Error('No working day to put a moment in');
  const minute = FIRST_MINUTE + (position % MINUTES_WORKED);
  return parisMoment(day, `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`);
}

/** A moment this many days before `now` (after it when negative), at this time in Paris. */
export function daysAgo(now: Date, days: number, time = '10:00'): Date {
  return parisMoment(parisDay(now).subtract({ days }), time);
}

const twoDigits = (value: number) => String(value).padStart(2, '0');
