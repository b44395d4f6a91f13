import { isIPv6 } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import type pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../config.ts';
import { DomainError } from '../errors.ts';
import { Busy } from '../places.ts';
import { hashToken } from '../security/secrets.ts';
import { type FormState, withError } from './forms/forms.ts';

const TRIES = {
  title: 'Trop de tentatives',
  message: 'Par sécurité, cette action est suspendue.',
};
const PAGES = {
  title: 'Trop de pages à la fois',
  message: 'Beaucoup de pages ont été demandées depuis votre connexion en peu de temps.',
};

/** Too many tries; `retryAfter` in seconds, `isFirst` for the one that reached the limit. */
export class TooManyTries extends DomainError {
  override name = 'TooManyTries';
  override readonly retryAfter: number;
  readonly isFirst: boolean;
  constructor(retryAfter: number, isFirst = false, what: { title: string; message: string } = TRIES) {
    const minutes = Math.max(1, Math.ceil(retryAfter / 60));
    const wait =
      minutes > 90 ? `${Math.ceil(minutes / 60)} heures` : `${minutes} minute${minutes > 1 ? 's' : ''}`;
    super(429, what.title, `${what.message} Réessayez dans ${wait}.`);
    this.retryAfter = retryAfter;
    this.isFirst = isFirst;
  }
}

/** Whether the same may be sent again later: too many tries, or too many people at once. */
export const isLimit = (error: unknown): error is TooManyTries | Busy =>
  error instanceof TooManyTries || error instanceof Busy;

/**
 * A refusal said on the form itself rather than on the page of errors: nothing typed is lost. Answer it with the
 * status of the error (429, or 503 for {@link Busy}).
 * @throws the error when it is neither
 */
export function limitedForm(res: Response, form: FormState, error: unknown): FormState {
  if (!isLimit(error)) throw error;
  res.set('Retry-After', String(Math.ceil(error.retryAfter)));
  return withError(form, '', `${error.title}. ${error.message}`);
}

/** A number of tries within a time, per key (an account, an address), shared by all processes. */
export interface Limit {
  /** Counts one try. @throws TooManyTries beyond the limit */
  consume(key: string): Promise<void>;
  /** Takes back one try, which turned out to be none. */
  giveBack(key: string): Promise<void>;
  /** Forgets the tries of a key, after a success. */
  reset(key: string): Promise<void>;
}

/**
 * Where a request comes from, to count by: an IPv4 address, or the /64 of an IPv6 one, which is what one subscriber is
 * given; each of its 2^64 addresses would else begin anew.
 */
export function placeOf({ ip = '' }: Pick<Request, 'ip'>): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(ip)) return ip;
  // « fe80::1%eth0 », « ::ffff:192.0.2.1 » written otherwise: the URL parser brings any form to one.
  const [head = '', tail] = new URL(`http://[${ip.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const groups = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  return `${[...groups, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':')}::/64`;
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
    async giveBack(key) {
      await limiter.reward(keyOf(key));
    },
    async reset(key) {
      await limiter.delete(keyOf(key));
    },
  };
}

/**
 * Limits pages that cost the database much (searches, lists, exports), for one person, or for one place where nobody is
 * signed in: one share for all of them, whichever routes ask for this. Counted in memory, by each process: a page that
 * is read is to write nothing.
 */
export function costlyPages(config: Pick<Config, 'pagesPerMinute'>): RequestHandler {
  const made = costlyPagesOf.get(config) ?? limitPages(config.pagesPerMinute);
  costlyPagesOf.set(config, made);
  return made;
}

/** {@link costlyPages} for a page with a form, whose search is a part of it: called where it searches. */
export const costlyPage = (config: Pick<Config, 'pagesPerMinute'>): ((req: Request) => Promise<void>) => {
  const counted = costlyPages(config);
  return (req) =>
    new Promise((resolve, reject) =>
      counted(req, req.res as Response, (refusal) => (refusal ? reject(refusal) : resolve())),
    );
};

/** One limiter for each application, which has one configuration; each of its sites asks for it by itself. */
const costlyPagesOf = new WeakMap<object, RequestHandler>();

/**
 * Limits pages in the same way, with a share of their own: those that somebody would ask for again and again to guess a
 * secret. @param perMinute 0 sets no limit
 */
export function limitPages(perMinute: number): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return (req, _res, next) => {
    const key = req.user ? `person ${req.user.userId}` : placeOf(req);
    limiter.consume(key).then(
      () => next(),
      (refusal: unknown) =>
        next(
          refusal instanceof RateLimiterRes
            ? new TooManyTries(refusal.msBeforeNext / 1000, false, PAGES)
            : refusal,
        ),
    );
  };
}
