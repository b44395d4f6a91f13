import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { placeOf } from '#platform/web/limits.ts';

const PER_MINUTE = 300;

/**
 * Counts the questions of a place that came to nothing, in each process: those that are answered are never counted, and
 * never held back.
 * @returns a function that counts one, and answers how many seconds to wait beyond the limit
 */
export function failedQuestions(): (req: Request) => Promise<number | undefined> {
  const limiter = new RateLimiterMemory({ points: PER_MINUTE, duration: 60 });
  return (req) =>
    limiter.consume(placeOf(req)).then(
      () => undefined,
      (refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return Math.ceil(refusal.msBeforeNext / 1000);
        throw refusal;
      },
    );
}
