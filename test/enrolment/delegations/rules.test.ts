import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodFault } from '#enrolment/delegations/rules.ts';

// Between it and two years later no 29 February lies: a year is 365 days wherever one begins.
const TODAY = '2025-03-01';
const day = (offset: number) => Temporal.PlainDate.from(TODAY).add({ days: offset }).toString();

test.each([
  // One day; a whole year, the last day included; the last day on which one may begin.
  [0, 0, undefined],
  [0, 364, undefined],
  [364, 364, undefined],
  [-1, 5, 'first'],
  [365, 370, 'first'],
  [5, 4, 'last'],
  [0, 365, 'last'],
])('from day %s to day %s: %s', (first, last, fault) => {
  expect(periodFault({ startsOn: day(first), endsOn: day(last) }, TODAY)?.day).toBe(fault);
});

test('a leap year has one day more', () => {
  expect(periodFault({ startsOn: '2028-02-01', endsOn: '2029-01-31' }, '2028-01-01')).toBeUndefined();
  expect(periodFault({ startsOn: '2028-02-01', endsOn: '2029-02-01' }, '2028-01-01')?.day).toBe('last');
});

test('whatever is accepted is neither past, nor backwards, nor longer than a year', () => {
  fc.assert(
    fc.property(fc.integer({ min: -400, max: 800 }), fc.integer({ min: -400, max: 1200 }), (first, last) => {
      const accepted = periodFault({ startsOn: day(first), endsOn: day(last) }, TODAY) === undefined;
      expect(accepted).toBe(first >= 0 && first < 365 && last >= first && last - first < 365);
    }),
  );
});
