import type { Logger } from 'pino';
import { DatabaseUnavailable, failureOf } from '../database/failures.ts';
import { Busy } from '../places.ts';

interface EachOptions<T> {
  log: Logger;
  /** What several items share: once somebody else holds it locked, the others of the same are left to the next run. */
  sharing?: (item: T) => unknown;
  /** What the log calls an item that failed, where neither its number nor its name as a step tells. No personal data. */
  naming?: (item: T) => object;
}

/** As many in a row as are cut short by the time limits before it is not theirs but the server's doing. */
const MOST_CUT_SHORT = 3;

/**
 * Does what a job has to do for each of several, in their order: one that fails, be it that somebody else holds its rows
 * locked or that it takes too long, stops none of the others. Only a database that cannot serve does: each of those left
 * would wait as long for the same answer.
 * @throws the first failure, once all have had their turn, so that the job is tried again
 */
export async function each<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<unknown>,
  { log, sharing = (item) => item, naming = nameOf }: EachOptions<T>,
): Promise<void> {
  const failures: unknown[] = [];
  const left = new Set<unknown>();
  let cutShort = 0;
  for await (const item of items) {
    if (left.has(sharing(item))) continue;
    try {
      await work(item);
      cutShort = 0;
    } catch (error) {
      const isKnown = error instanceof Busy || error instanceof DatabaseUnavailable;
      const failure = isKnown ? error : failureOf(error);
      if (failure instanceof DatabaseUnavailable) {
        cutShort += 1;
        if (!failure.mayBeOurs || cutShort === MOST_CUT_SHORT) throw error;
      } else {
        cutShort = 0;
      }
      log.warn({ err: error, ...naming(item) }, 'left to the next try of the job');
      failures.push(error);
      if (failure instanceof Busy) left.add(sharing(item));
    }
  }
  if (failures.length > 0) throw failures[0];
}

// The number of a row, or the function that is a step of a job.
function nameOf(item: unknown): object {
  if (typeof item === 'number') return { item };
  if (typeof item === 'function') return { step: item.name };
  return typeof item === 'object' && item !== null && 'id' in item ? { item: item.id } : {};
}
