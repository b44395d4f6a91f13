import { barChart } from '#platform/charts.ts';
import { formatDay, parisDay } from '#platform/french/time.ts';
import type { ServiceDay } from './service.ts';

/** As many days as a drawing has room for; the lines have all. */
const DRAWN_DAYS = 14;

/** The last days of a service as a drawing and as lines, those without anything left out of the lines. */
export function figuresOf(
  name: string,
  days: readonly ServiceDay[],
  now: Date,
): { chart: string; lines: (ServiceDay & { label: string })[] } {
  if (days.length === 0) return { chart: '', lines: [] };
  const byDay = new Map(days.map((one) => [one.day, one]));
  const today = parisDay(now);
  const drawn = Array.from({ length: DRAWN_DAYS }, (_, index) =>
    today.subtract({ days: DRAWN_DAYS - 1 - index }),
  );
  const chart = barChart({
    title: `Entrées dans ${name}`,
    summary: `Par jour, les ${DRAWN_DAYS} derniers jours, jusqu’au ${formatDay(now)}`,
    categories: drawn.map(({ day, month }) => `${day}/${month}`),
    series: [{ name: 'Entrées', values: drawn.map((day) => byDay.get(day.toString())?.openings ?? 0) }],
  });
  return { chart, lines: days.map((one) => ({ ...one, label: formatDay(one.day) })) };
}
