import { expect, test } from 'vitest';
import { type Cell, figuresOf, lineOf } from '#follow-up/figures/rules.ts';

const cell = (over: Partial<Cell>): Cell => ({
  month: null,
  kindId: null,
  themeId: null,
  department: null,
  requests: 0,
  refusedByHr: 0,
  refusedByProvider: 0,
  seats: 0,
  capacity: null,
  present: 0,
  absent: 0,
  people: 0,
  ...over,
});
const names = {
  kinds: new Map([
    [2, 'Webinaire'],
    [1, 'Formation'],
  ]),
  themes: new Map([[7, 'VAE']]),
  departmentLabel: (code: string) => `D${code}`,
};

test.each([
  [{}, [null, null, null]],
  [
    { requests: 3, refusedByHr: 1, refusedByProvider: 1, seats: 1, capacity: 4, present: 2, absent: 1 },
    [67, 25, 67],
  ],
  [{ requests: 5, seats: 5, capacity: 4 }, [0, 125, null]],
  [{ capacity: 0, seats: 0 }, [null, null, null]],
])('rates of %j', (counts, expected) => {
  const line = lineOf('x', cell(counts));
  expect([line.refusalRate, line.fillRate, line.presenceRate]).toEqual(expected);
});

test('cells are sorted into tables: names in their order, every month, the most asked département first', () => {
  const figures = figuresOf(
    [
      cell({ requests: 10 }),
      cell({ month: 3, requests: 4 }),
      cell({ kindId: 1, requests: 6 }),
      cell({ kindId: 2, requests: 4 }),
      cell({ themeId: 7, requests: 10 }),
      cell({ department: '33', requests: 3 }),
      cell({ department: '16', requests: 7 }),
    ],
    names,
  );
  expect(figures.total.requests).toBe(10);
  expect(figures.months.map((one) => one.requests)).toEqual([0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(figures.kinds.map((one) => one.label)).toEqual(['Webinaire', 'Formation']);
  expect(figures.themes.map((one) => one.label)).toEqual(['VAE']);
  expect(figures.departments.map((one) => one.label)).toEqual(['D16', 'D33']);
});

test('where cells are limited to one kind, that kind is the total and has no table', () => {
  const figures = figuresOf(
    [cell({ kindId: 1, requests: 6 }), cell({ kindId: 1, month: 1, requests: 6 })],
    names,
    ['kindId'],
  );
  expect(figures.total.requests).toBe(6);
  expect(figures.months[0]?.requests).toBe(6);
  expect(figures.kinds).toEqual([]);
});
