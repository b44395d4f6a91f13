import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from '#platform/database/failures.ts';
import { TemporaryFailure } from '#platform/errors.ts';

/** What « dans quelques secondes » is to somebody, at most; not the same to everybody, or the crowd would come back as one. */
const SOME_SECONDS_MS = 5_000;
/** PostgreSQL's codes for transactions that wait for each other, or cannot follow one another. */
const ENTANGLED = ['40P01', '40001'];

/**
 * Does what people do in a crowd: told to try again in some seconds, which is a right answer on a slow computer, they
 * do. Two transactions that stood in each other's way for ever were no crowd: that is thrown.
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const error = failureOf(thrown) ?? thrown;
      if (!(error instanceof TemporaryFailure)) throw thrown;
      if (ENTANGLED.includes(String((error.cause as { code?: unknown } | undefined)?.code))) throw thrown;
    }
    await delay(Math.random() * SOME_SECONDS_MS);
  }
}
