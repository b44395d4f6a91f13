import { startCompanion } from '#demo/companion.ts';

/** What is asked of a server, and how hard. */
export interface Load {
  base: string;
  /** Asked for in turn. */
  paths: string[];
  cookie?: string;
  seconds: number;
  connections: number;
}

/** What came of it; times in milliseconds. */
export interface Measure {
  perSecond: number;
  p50: number;
  p99: number;
  /** Answers that were no page. */
  failed: number;
}

/** @throws Error when an answer was no page: its speed means nothing */
export async function measure(load: Load): Promise<Measure> {
  const companion = await startCompanion(new URL('./load.ts', import.meta.url), [JSON.stringify(load)]);
  await companion.stop();
  const result = JSON.parse(companion.ready) as Measure;
  if (result.failed > 0) throw new Error(`${load.base}${load.paths[0]}: ${result.failed} requests failed`);
  return result;
}

/** The middle one; between both where they are even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
