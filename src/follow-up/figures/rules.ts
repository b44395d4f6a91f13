/** What is counted, by session's month, kind, theme or département; null: all of them. */
export interface Cell {
  month: number | null;
  kindId: number | null;
  themeId: number | null;
  department: string | null;
  requests: number;
  refusedByHr: number;
  refusedByProvider: number;
  /** Held, whether the person then came or not. */
  seats: number;
  /** Offered by sessions that were not cancelled; null where seats are not offered to that part alone. */
  capacity: number | null;
  present: number;
  absent: number;
  /** Different persons who were present at least once. */
  people: number;
}

/** A line of a table: what was counted, with its rates in whole per cents (null where there is nothing to divide by). */
export interface Line extends Omit<Cell, 'month' | 'kindId' | 'themeId' | 'department'> {
  label: string;
  fillRate: number | null;
  refusalRate: number | null;
  presenceRate: number | null;
}

/** What a page shows of a year. */
export interface Figures {
  total: Line;
  months: Line[];
  kinds: Line[];
  themes: Line[];
  departments: Line[];
}

/** Names for the numbers of a {@link Cell}, in the order in which they are shown. */
export interface Names {
  kinds: ReadonlyMap<number, string>;
  themes: ReadonlyMap<number, string>;
  departmentLabel: (code: string) => string;
}

const MONTHS = [
  'Janvier',
  'Février',
  'Mars',
  'Avril',
  'Mai',
  'Juin',
  'Juillet',
  'Août',
  'Septembre',
  'Octobre',
  'Novembre',
  'Décembre',
];

const NOTHING: Cell = {
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
};

const rate = (part: number, whole: number | null) => (whole ? Math.round((100 * part) / whole) : null);

/** A cell with its rates: refusals of all requests, seats held of those offered, presence of those awaited. */
export function lineOf(label: string, cell: Cell): Line {
  const { month: _m, kindId: _k, themeId: _t, department: _d, ...counted } = cell;
  return {
    label,
    ...counted,
    fillRate: rate(cell.seats, cell.capacity),
    refusalRate: rate(cell.refusedByHr + cell.refusedByProvider, cell.requests),
    presenceRate: rate(cell.present, cell.present + cell.absent),
  };
}

type Part = 'month' | 'kindId' | 'themeId' | 'department';
const PARTS: readonly Part[] = ['month', 'kindId', 'themeId', 'department'];

/**
 * Sorts cells into tables: the total, then month by month (every month, those without anything too), kinds, themes and
 * départements.
 * @param filtered parts that are limited to one value: it is then on every cell, and has no table of its own
 */
export function figuresOf(cells: readonly Cell[], names: Names, filtered: readonly Part[] = []): Figures {
  const free = PARTS.filter((part) => !filtered.includes(part));
  const split = (part: Part) =>
    free.includes(part)
      ? cells.filter(
          (cell) => cell[part] !== null && free.every((other) => other === part || cell[other] === null),
        )
      : [];
  const total = cells.find((cell) => free.every((part) => cell[part] === null));
  const named = <K>(part: Part, labels: ReadonlyMap<K, string>) =>
    [...labels].flatMap(([key, label]) => {
      const cell = split(part).find((one) => one[part] === key);
      return cell ? [lineOf(label, cell)] : [];
    });
  const months = split('month');
  return {
    total: lineOf('Total', total ?? NOTHING),
    months: MONTHS.map((label, index) =>
      lineOf(label, months.find((cell) => cell.month === index + 1) ?? NOTHING),
    ),
    kinds: named('kindId', names.kinds),
    themes: named('themeId', names.themes),
    departments: split('department')
      .map((cell) => lineOf(names.departmentLabel(cell.department ?? ''), cell))
      .sort((a, b) => b.requests - a.requests || a.label.localeCompare(b.label, 'fr')),
  };
}
