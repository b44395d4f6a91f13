import { barChart } from '#platform/charts.ts';
import { formatDay, parisDay } from '#platform/french/time.ts';
import type { ServiceDay } from './service.ts';

/** The last days of a service as a drawing and as lines, those without anything left out of the lines. */
export function figuresOf(
  name: string,
  days: readonly ServiceDay[],
  now: Date,
  count: number,
): { chart: string; lines: (ServiceDay & { label: string })[] } {
  if (days.length === 0) return { chart: '', lines: [] };
  const byDay = new Map(days.map((one) => [one.day, one]));
  const today = parisDay(now);
  const all = Array.from({ length: count }, (_, index) =>
    today.subtract({ days: count - 1 - index }).toString(),
  );
  const chart = barChart({
    title: `Entrées dans ${name}`,
    summary: `Par jour, les ${count} derniers jours`,
    categories: all.map((day) => formatDay(day)),
    series: [{ name: 'Entrées', values: all.map((day) => byDay.get(day)?.openings ?? 0) }],
  });
  return { chart, lines: days.map((one) => ({ ...one, label: formatDay(one.day) })) };
}
