import { barChart } from '#platform/charts.ts';
import { type Cell, toCsv } from '#platform/csv/csv.ts';
import type { Figures, Line } from './rules.ts';

/** A column of the file. */
export interface Column {
  label: string;
  value: (line: Line) => number | null;
  unit?: '%';
}

/** @param withSeats whether seats offered and their rate mean something: not for one structure nor one département */
export function columnsOf(withSeats: boolean): Column[] {
  return [
    { label: 'Demandes', value: (line) => line.requests },
    { label: 'Refus employeur', value: (line) => line.refusedByHr },
    { label: 'Refus prestataire', value: (line) => line.refusedByProvider },
    { label: 'Taux de refus', value: (line) => line.refusalRate, unit: '%' },
    { label: 'Places prises', value: (line) => line.seats },
    ...(withSeats
      ? [
          { label: 'Places offertes', value: (line: Line) => line.capacity },
          { label: 'Remplissage', value: (line: Line) => line.fillRate, unit: '%' as const },
        ]
      : []),
    { label: 'Présents', value: (line) => line.present },
    { label: 'Absents', value: (line) => line.absent },
    { label: 'Présence', value: (line) => line.presenceRate, unit: '%' },
    { label: 'Personnes', value: (line) => line.people },
  ];
}

const counted = (count: number) => count.toLocaleString('fr-FR');
const perCent = (rate: number | null) => (rate === null ? '–' : `${rate}\u00a0%`);
const outOf = (part: number, whole: number | null) =>
  whole === null ? counted(part) : `${counted(part)} sur ${counted(whole)}`;

/** A column of the tables: what the file says in several, read at a glance. */
export interface Summary {
  label: string;
  text: (line: Line) => string;
}

/** @param withSeats as for {@link columnsOf} */
export function summariesOf(withSeats: boolean): Summary[] {
  return [
    { label: 'Demandes', text: (line) => counted(line.requests) },
    { label: 'Refus', text: (line) => counted(line.refusedByHr + line.refusedByProvider) },
    { label: 'Taux de refus', text: (line) => perCent(line.refusalRate) },
    { label: 'Places prises', text: (line) => outOf(line.seats, line.capacity) },
    ...(withSeats ? [{ label: 'Remplissage', text: (line: Line) => perCent(line.fillRate) }] : []),
    { label: 'Présents', text: (line) => outOf(line.present, line.present + line.absent) },
    { label: 'Présence', text: (line) => perCent(line.presenceRate) },
    { label: 'Personnes', text: (line) => counted(line.people) },
  ];
}

/** A table, with its drawing. */
export interface Section {
  id: string;
  title: string;
  /** The heading of its first column. */
  heading: string;
  lines: Line[];
  chart: string;
  /** What the drawing counts. */
  drawn: string;
}

/** The tables of a page; those with fewer than two lines say nothing more than the total. */
export function sectionsOf(figures: Figures): Section[] {
  const { months, kinds, themes, departments } = figures;
  const parts: [id: string, title: string, heading: string, lines: Line[]][] = [
    ['types', 'Par type d’action', 'Type', kinds],
    ['themes', 'Par thème', 'Thème', themes],
    ['departements', 'Par département', 'Département', departments],
  ];
  return [
    {
      id: 'mois',
      title: 'Par mois',
      heading: 'Mois',
      lines: months,
      chart: monthsChart(months),
      drawn: 'Demandes et présents',
    },
    ...parts
      .filter(([, , , lines]) => lines.length > 1)
      .map(([id, title, heading, lines]) => ({
        id,
        title,
        heading,
        lines,
        chart: partsChart(title, lines),
        drawn: 'Personnes présentes au moins une fois',
      })),
  ];
}

const monthsChart = (lines: Line[]) =>
  barChart({
    title: 'Demandes et présents par mois',
    summary: summaryOf(lines),
    categories: lines.map((one) => SHORT_MONTHS[one.label] ?? one.label),
    series: [
      { name: 'Demandes', values: lines.map((one) => one.requests) },
      { name: 'Présents', values: lines.map((one) => one.present) },
    ],
  });

const partsChart = (title: string, lines: Line[]) =>
  barChart({
    title: `Personnes, ${title.toLowerCase()}`,
    summary: lines.map((one) => `${one.label} : ${one.people}`).join(' ; '),
    categories: lines.map((one) => one.label),
    series: [{ name: 'Personnes', values: lines.map((one) => one.people) }],
    isHorizontal: true,
  });

const summaryOf = (lines: Line[]) =>
  lines
    .filter((one) => one.requests > 0)
    .map((one) => `${one.label} : ${one.requests} demandes, ${one.present} présents`)
    .join(' ; ');

// What stands under a bar, twelve of them side by side on a phone.
const SHORT_MONTHS: Readonly<Record<string, string>> = Object.freeze({
  Janvier: 'janv.',
  Février: 'févr.',
  Mars: 'mars',
  Avril: 'avr.',
  Mai: 'mai',
  Juin: 'juin',
  Juillet: 'juil.',
  Août: 'août',
  Septembre: 'sept.',
  Octobre: 'oct.',
  Novembre: 'nov.',
  Décembre: 'déc.',
});

/** All tables, one under the other, told apart by their first column. */
export function figuresCsv(figures: Figures, year: number, columns: readonly Column[]): string {
  const { total, months, kinds, themes, departments } = figures;
  const parts: [name: string, lines: Line[]][] = [
    ['Total', [total]],
    ['Mois', months],
    ['Type', kinds],
    ['Thème', themes],
    ['Département', departments],
  ];
  const rows: Cell[][] = parts.flatMap(([name, lines]) =>
    lines.map((line) => [year, name, line.label, ...columns.map((column) => column.value(line))]),
  );
  const heads = columns.map(({ label, unit }) => (unit ? `${label} (${unit})` : label));
  return toCsv([['Année', 'Répartition', 'Valeur', ...heads], ...rows]);
}
