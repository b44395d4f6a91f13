import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import {
  easterSunday,
  isWorkingDay,
  publicHolidays,
  workingDaysBefore,
  workingDaysSince,
} from '#platform/french/working-days.ts';

describe('Easter', () => {
  test.each([
    [1818, '1818-03-22'],
    [1954, '1954-04-18'],
    [1981, '1981-04-19'],
    [2000, '2000-04-23'],
    [2008, '2008-03-23'],
    [2011, '2011-04-24'],
    [2019, '2019-04-21'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2030, '2030-04-21'],
    [2038, '2038-04-25'],
    [2049, '2049-04-18'],
    [2076, '2076-04-19'],
  ])('of %i is %s', (year, day) => expect(easterSunday(year).toString()).toBe(day));

  test('is a Sunday between 22 March and 25 April', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1583, max: 4000 }), (year) => {
        const day = easterSunday(year);
        expect(day.dayOfWeek).toBe(7);
        expect(Temporal.PlainDate.compare(day, { year, month: 3, day: 22 })).toBeGreaterThanOrEqual(0);
        expect(Temporal.PlainDate.compare(day, { year, month: 4, day: 25 })).toBeLessThanOrEqual(0);
      }),
    );
  });
});

test.each([
  [2025, '01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25'],
  [2026, '01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25'],
  [2027, '01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25'],
])('the public holidays of %i', (year, days) => {
  expect(publicHolidays(year)).toEqual(days.split(' ').map((day) => `${year}-${day}`));
});

describe('working days', () => {
  test.each([
    ['a plain week', '2026-03-12', 3, '2026-03-09'],
    ['over a week-end', '2026-03-10', 3, '2026-03-05'],
    ['from a Sunday', '2026-03-15', 1, '2026-03-13'],
    ['over Easter Monday', '2026-04-08', 3, '2026-04-02'],
    ['over Ascension and its bridge', '2026-05-18', 2, '2026-05-13'],
    ['over Armistice Day', '2026-11-12', 1, '2026-11-10'],
    ['over the new year', '2027-01-04', 2, '2026-12-30'],
    ['ten, in the May of all holidays', '2026-05-18', 10, '2026-04-29'],
  ])('back %s', (_what, today, days, expected) => {
    const from = workingDaysBefore(parisMoment(today, '12:00'), days);
    expect(from).toEqual(parisMoment(expected, '00:00'));
  });

  test('each step lands on a working day, and between there are as many as asked', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 15 }),
        (now, days) => {
          const start = parisDay(workingDaysBefore(now, days));
          expect(isWorkingDay(start)).toBe(true);
          let counted = 0;
          for (
            let day = start;
            Temporal.PlainDate.compare(day, parisDay(now)) < 0;
            day = day.add({ days: 1 })
          ) {
            if (isWorkingDay(day)) counted += 1;
          }
          expect(counted).toBe(days);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('the seconds around midnight are those of Paris', () => {
    expect(workingDaysBefore(new Date('2026-03-11T22:59:59Z'), 1)).toEqual(
      parisMoment('2026-03-10', '00:00'),
    );
    expect(workingDaysBefore(new Date('2026-03-11T23:00:00Z'), 1)).toEqual(
      parisMoment('2026-03-11', '00:00'),
    );
  });

  test.each([
    ['the same day', '2026-11-12T08:00:00Z', '2026-11-12T20:00:00Z', 0],
    ['over midnight in Paris', '2026-11-12T22:30:00Z', '2026-11-12T23:30:00Z', 1],
    ['over a weekend', '2026-11-13T10:00:00Z', '2026-11-16T08:00:00Z', 1],
    ['over 11 November', '2026-11-09T10:00:00Z', '2026-11-12T10:00:00Z', 2],
    ['a moment to come', '2026-11-16T10:00:00Z', '2026-11-12T10:00:00Z', 0],
  ])('since a moment: %s', (_, since, now, expected) => {
    expect(workingDaysSince(new Date(since), new Date(now))).toBe(expected);
  });
});
