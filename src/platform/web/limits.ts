import type { Response } from 'express';
import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../errors.ts';
import { Busy } from '../places.ts';
import { hashToken } from '../security/secrets.ts';
import { type FormState, withError } from './forms/forms.ts';

/** Too many tries; `retryAfter` in seconds, `isFirst` for the one that reached the limit. */
export class TooManyTries extends DomainError {
  override name = 'TooManyTries';
  override readonly retryAfter: number;
  readonly isFirst: boolean;
  constructor(retryAfter: number, isFirst = false) {
    const minutes = Math.max(1, Math.ceil(retryAfter / 60));
    const wait =
      minutes > 90 ? `${Math.ceil(minutes / 60)} heures` : `${minutes} minute${minutes > 1 ? 's' : ''}`;
    super(429, 'Trop de tentatives', `Par sécurité, cette action est suspendue. Réessayez dans ${wait}.`);
    this.retryAfter = retryAfter;
    this.isFirst = isFirst;
  }
}

/**
 * A refusal said on the form itself rather than on the page of errors: nothing typed is lost. Answer it with the
 * status of the error (429, or 503 for {@link Busy}).
 * @throws the error when it is neither
 */
export function limitedForm(res: Response, form: FormState, error: unknown): FormState {
  if (!(error instanceof TooManyTries || error instanceof Busy)) throw error;
  res.set('Retry-After', String(Math.ceil(error.retryAfter)));
  return withError(form, '', `${error.title}. ${error.message}`);
}

/** A number of tries within a time, per key (an account, an address), shared by all processes. */
export interface Limit {
  /** Counts one try. @throws TooManyTries beyond the limit */
  consume(key: string): Promise<void>;
  /** Whether a try is left, without counting one. @throws TooManyTries when none is */
  check(key: string): Promise<void>;
  /** Forgets the tries of a key, after a success. */
  reset(key: string): Promise<void>;
}

/** @param name of the limit @param tries allowed in `seconds` */
export function createLimit(pool: pg.Pool, name: string, tries: number, seconds: number): Limit {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: tries,
    duration: seconds,
  });
  // Keys are hashed: the table then holds no address nor e-mail.
  const keyOf = (key: string) => hashToken(key.toLowerCase());
  return {
    async consume(key) {
      try {
        await limiter.consume(keyOf(key));
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new TooManyTries(refusal.msBeforeNext / 1000, refusal.consumedPoints === tries + 1);
      }
    },
    async check(key) {
      const state = await limiter.get(keyOf(key));
      if (state && state.consumedPoints >= tries) throw new TooManyTries(state.msBeforeNext / 1000);
    },
    async reset(key) {
      await limiter.delete(keyOf(key));
    },
  };
}
