import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../database/failures.ts';

interface EachOptions<T> {
  log: Logger;
  /** What several items share: once one of them has failed, the others of the same are left to the next run. */
  sharing?: (item: T) => unknown;
  /** What the log calls an item that failed: numbers, no names. */
  naming?: (item: T) => object;
}

/**
 * Does what a job has to do for each of several, in their order: one that fails, be it that somebody else holds its rows
 * locked, stops none of the others. Only a database that cannot serve does: each of those left would wait as long for
 * the same answer.
 * @throws the first failure, once all have had their turn, so that the job is tried again
 */
export async function each<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<unknown>,
  { log, sharing = (item) => item, naming }: EachOptions<T>,
): Promise<void> {
  const failures: unknown[] = [];
  const left = new Set<unknown>();
  for await (const item of items) {
    if (left.has(sharing(item))) continue;
    try {
      await work(item);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      log.warn({ err: error, ...naming?.(item) }, 'left to the next try of the job');
      failures.push(error);
      left.add(sharing(item));
    }
  }
  if (failures.length > 0) throw failures[0];
}
