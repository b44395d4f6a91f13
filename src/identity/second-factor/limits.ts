import type pg from 'pg';
import { createLimit, type Limit } from '#platform/web/limits.ts';

const QUARTER_HOUR = 15 * 60;

/** Codes tried for one person, at sign-in or anywhere else: six digits would be found by trying. */
export const codeLimitPerPerson = (pool: pg.Pool): Limit =>
  createLimit(pool, 'second-factor-code', 5, QUARTER_HOUR);

/** Passwords tried again by somebody signed in: the browser may have been left open. */
export const passwordAgainLimit = (pool: pg.Pool): Limit =>
  createLimit(pool, 'password-again', 10, QUARTER_HOUR);
