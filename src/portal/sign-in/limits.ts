import type pg from 'pg';
import { createLimit, type Limit } from '../../platform/web/limits.ts';

/** Tries to sign in to one account; a new password takes them back. */
export const signInLimitPerAccount = (pool: pg.Pool): Limit =>
  createLimit(pool, 'sign-in-account', 10, 15 * 60);
