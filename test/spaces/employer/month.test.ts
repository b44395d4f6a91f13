import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthLabel, parseMonth, weeksOf } from '#spaces/employer/schedule/month.ts';

test('a month has each of its days once, in the column of its weekday', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2000, max: 2100 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
      const asked = Temporal.PlainYearMonth.from({ year, month });
      const weeks = weeksOf(asked);
      expect(
        weeks
          .flat()
          .filter((day) => day !== null)
          .map(({ day }) => day),
      ).toEqual(Array.from({ length: asked.daysInMonth }, (_, index) => index + 1));
      for (const week of weeks) {
        expect(week).toHaveLength(7);
        expect(week.some((day) => day !== null)).toBe(true);
        for (const [column, day] of week.entries()) {
          if (day) expect(day.dayOfWeek).toBe(column + 1);
        }
      }
    }),
  );
});

test.each([
  ['2026-11', 'novembre 2026'],
  ['2026-08', 'août 2026'],
  ['2026-13', undefined],
  ['2026-1', undefined],
  ['1999-12', undefined],
  ['2101-01', undefined],
  ['+002026-11', undefined],
  ['', undefined],
  ['<script>', undefined],
])('« %s » is %s', (typed, label) => {
  const month = parseMonth(typed);
  expect(month && monthLabel(month)).toBe(label);
});
