import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';

/** Whom the factor protects, with what checks the password. */
export interface Holder {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  isAgencyManager: boolean;
  passwordHash: string;
  /** Null before an enrolment has begun. */
  sealedKey: string | null;
  lastStep: number;
  /** Null until a code has confirmed the enrolment. */
  enabledAt: Date | null;
  /** Recovery codes not used yet. */
  codesLeft: number;
}

/** A person with their factor, in one statement; undefined when there is no such person. */
export async function findHolder(db: Knex, userId: number): Promise<Holder | undefined> {
  return db('users as u')
    .leftJoin('second_factors as f', 'f.user_id', 'u.id')
    .where('u.id', userId)
    .first(
      'u.id',
      'u.email',
      'u.first_name as firstName',
      'u.last_name as lastName',
      'u.is_agency_manager as isAgencyManager',
      'u.password_hash as passwordHash',
      'f.sealed_key as sealedKey',
      db.raw('coalesce(f.last_step, 0) as "lastStep"'),
      'f.enabled_at as enabledAt',
      db.raw(
        `(select count(*) from recovery_codes c where c.user_id = u.id and c.used_at is null) as "codesLeft"`,
      ),
    );
}

/** Locks the person: of two uses of a code at the same moment, the second finds the first done. */
export async function lockHolder(trx: Knex.Transaction, userId: number): Promise<Holder | undefined> {
  await lock(trx, { people: [userId] });
  return findHolder(trx, userId);
}

/** Stores the key of an enrolment that begins; one begun before gives way. */
export async function storeKey(trx: Knex.Transaction, userId: number, sealedKey: string, at: Date) {
  await trx('second_factors')
    .insert({ user_id: userId, sealed_key: sealedKey, created_at: at })
    .onConflict('user_id')
    .merge();
}

/** The step of the last code accepted, and the key as it is sealed from now on, where that changes. */
export async function noteStep(
  trx: Knex.Transaction,
  userId: number,
  step: number,
  sealedKey?: string,
): Promise<void> {
  await trx('second_factors')
    .where({ user_id: userId })
    .update({ last_step: step, ...(sealedKey ? { sealed_key: sealedKey } : {}) });
}

export async function enable(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx('second_factors').where({ user_id: userId }).update({ enabled_at: at });
}

/** Takes the factor away, with its recovery codes. */
export async function remove(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx('second_factors').where({ user_id: userId }).delete();
}

/** Replaces every recovery code of a person. */
export async function replaceCodes(trx: Knex.Transaction, userId: number, hashes: string[]): Promise<void> {
  await trx('recovery_codes').where({ user_id: userId }).delete();
  await trx('recovery_codes').insert(hashes.map((hash) => ({ user_id: userId, code_hash: hash })));
}

/** Uses up a recovery code. @returns whether it was there to be used */
export async function spendCode(
  trx: Knex.Transaction,
  userId: number,
  hash: string,
  at: Date,
): Promise<boolean> {
  const spent = await trx('recovery_codes')
    .where({ user_id: userId, code_hash: hash, used_at: null })
    .update({ used_at: at });
  return spent > 0;
}
