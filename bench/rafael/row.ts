/** One line of the table: what, how much, and what was aimed at; noted where it falls short. */
export function row(what: string, value: string, aim = '', isReached = true): void {
  console.log(`| ${what} | ${value} | ${aim}${isReached ? '' : ' (non atteint)'} |`);
}

/** « 1 234 » */
export const whole = (count: number): string => Math.round(count).toLocaleString('fr-FR');
/** « 1,23 » */
export const decimal = (count: number, digits = 2): string => count.toFixed(digits).replace('.', ',');

/** The value below which so many of a hundred are. */
export function percentile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * of) / 100) - 1)] ?? 0;
}
