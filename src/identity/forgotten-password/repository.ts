import type { Knex } from 'knex';
import { execute } from '#platform/database/query.ts';

/** Somebody who asks for another password. */
export interface Person {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  /** Set while the account is closed: a new password then reopens it. */
  closedAt: Date | null;
}

const PERSON = [
  'u.id',
  'u.email',
  'u.first_name as firstName',
  'u.last_name as lastName',
  'u.closed_at as closedAt',
];

/** Somebody who was anonymised has no address any more. */
export function findByEmail(db: Knex, email: string): Promise<Person | undefined> {
  return db('users as u').where({ email, anonymised_at: null }).first(PERSON);
}

export function findById(db: Knex, id: number): Promise<Person | undefined> {
  return db('users as u').where({ id, anonymised_at: null }).first(PERSON);
}

/** Stores a link, or does the same work and stores nothing when there is nobody. */
export async function insertResetIfKnown(
  trx: Knex.Transaction,
  userId: number | null,
  link: { tokenHash: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await execute(
    trx,
    `insert into password_resets (user_id, token_hash, created_at, expires_at)
     select id, :tokenHash, cast(:createdAt as timestamptz), cast(:expiresAt as timestamptz)
       from users where id = cast(:userId as int)`,
    { ...link, userId },
  );
}

/** A link with its person. */
export interface StoredReset {
  id: number;
  expiresAt: Date;
  usedAt: Date | null;
  person: Person;
}

interface ResetRow extends Omit<Person, 'id'> {
  id: number;
  userId: number;
  expiresAt: Date;
  usedAt: Date | null;
}

export async function findReset(db: Knex, tokenHash: string): Promise<StoredReset | undefined> {
  const row: ResetRow | undefined = await db('password_resets as r')
    .join('users as u', 'u.id', 'r.user_id')
    .where('r.token_hash', tokenHash)
    .first('r.id', 'r.expires_at as expiresAt', 'r.used_at as usedAt', 'u.id as userId', ...PERSON.slice(1));
  if (!row) return undefined;
  const { id, expiresAt, usedAt, userId, ...person } = row;
  return { id, expiresAt, usedAt, person: { ...person, id: userId } };
}

/** Changes the password; the link counts as a use. */
export async function changePassword(
  trx: Knex.Transaction,
  userId: number,
  passwordHash: string,
  at: Date,
): Promise<void> {
  await trx('users').where({ id: userId }).update({ password_hash: passwordHash, last_link_use_at: at });
}

export async function deleteResets(db: Knex, expiredBefore: Date): Promise<void> {
  await db('password_resets').where('expires_at', '<', expiredBefore).delete();
}
