import type pg from 'pg';
import { createLimit, type Limit } from '#platform/web/limits.ts';

/** Tries of the present password by one person, wherever « Mon compte » asks for it. */
export const presentPasswordLimit = (pool: pg.Pool): Limit =>
  createLimit(pool, 'account-password', 10, 15 * 60);

/** The message of a wrong present password. */
export const WRONG_PASSWORD = 'Ce n’est pas votre mot de passe actuel.';
