import type { Knex } from 'knex';
import type pg from 'pg';
import { checkNewPassword } from '#platform/security/password-strength.ts';
import { createLimit, type Limit } from '#platform/web/limits.ts';

/**
 * Passwords chosen from one place, with one link or by one person in an hour: counted before they are measured and hashed,
 * which both cost. An office behind one address has room for all its people.
 */
export const passwordChoiceLimit = (pool: pg.Pool): Limit =>
  createLimit(pool, 'password-choice', 120, 60 * 60);

/** Said where a password is typed twice. */
export const TYPED_DIFFERENTLY = 'Les deux mots de passe sont différents\u00a0: saisissez-les de nouveau.';

/** Whom a password is for, as far as others can know it. */
interface Chooser {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
}

/**
 * Whether somebody with an account may choose this password: not built on their name, their e-mail or their structures.
 * @returns true, or what to change
 */
export async function checkPasswordOf(db: Knex, person: Chooser, password: string): Promise<true | string> {
  const structures: (string | null)[][] = await db('affiliations as a')
    .join('structures as s', 's.id', 'a.structure_id')
    .where('a.user_id', person.id)
    .limit(20)
    .select('s.name', 's.acronym')
    .then((rows) => rows.map(({ name, acronym }) => [name, acronym]));
  const known = [person.email, person.firstName, person.lastName, ...structures.flat()];
  return checkNewPassword(
    password,
    known.filter((one) => one !== null),
  );
}
