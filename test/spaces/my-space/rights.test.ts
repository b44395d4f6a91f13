import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rightsByYear, type UsedRights } from '#spaces/my-space/rights.ts';

const max = { actions: 5, formations: 3 };
const used = (year: number, actions: number, formations: number): UsedRights => ({
  year,
  actions,
  formations,
  waitingActions: 0,
  waitingFormations: 0,
});

test('this year is there though nothing is used; a later one only where something falls', () => {
  expect(rightsByYear([], max, 2026)).toMatchObject([{ year: 2026, leftActions: 5, leftFormations: 3 }]);
  const years = rightsByYear([used(2027, 1, 1), used(2025, 5, 3), used(2026, 2, 0)], max, 2026);
  expect(years.map(({ year }) => year)).toEqual([2026, 2027]);
});

test.each([
  ['formations go first', 3, 3, 2, 0],
  ['one action left is one formation left at most', 4, 1, 1, 1],
  ['nothing is left of more than the settings give', 7, 4, 0, 0],
])('%s', (_what, actions, formations, leftActions, leftFormations) => {
  expect(rightsByYear([used(2026, actions, formations)], max, 2026)).toMatchObject([
    { leftActions, leftFormations },
  ]);
});

test('what is left is never negative, nor more than the settings, whatever is used', () => {
  const count = fc.nat({ max: 30 });
  fc.assert(
    fc.property(count, count, count, count, (actions, formations, most, mostFormations) => {
      const [year] = rightsByYear(
        [used(2026, actions, formations)],
        { actions: most, formations: mostFormations },
        2026,
      );
      expect(year?.leftActions).toBe(Math.max(0, most - actions));
      expect(year?.leftFormations).toBeGreaterThanOrEqual(0);
      expect(year?.leftFormations).toBeLessThanOrEqual(Math.min(year?.leftActions ?? 0, mostFormations));
    }),
  );
});
