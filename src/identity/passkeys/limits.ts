import type pg from 'pg';
import { createLimit, type Limit } from '#platform/web/limits.ts';

/** Passkeys given again, or added, by somebody signed in: the browser may have been left open. */
export const passkeyLimit = (pool: pg.Pool): Limit => createLimit(pool, 'passkey', 20, 15 * 60);
