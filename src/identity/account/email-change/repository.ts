import type { Knex } from 'knex';

/** A change of e-mail asked for, with whose it is. */
export interface StoredChange {
  id: number;
  userId: number;
  newEmail: string;
  expiresAt: Date;
  outcome: 'confirmed' | 'replaced' | 'cancelled' | 'taken' | null;
  firstName: string;
  lastName: string;
}

export function findChange(db: Knex, tokenHash: string): Promise<StoredChange | undefined> {
  return db('email_changes as c')
    .join('users as u', 'u.id', 'c.user_id')
    .where('c.token_hash', tokenHash)
    .first({
      id: 'c.id',
      userId: 'c.user_id',
      newEmail: 'c.new_email',
      expiresAt: 'c.expires_at',
      outcome: 'c.outcome',
      firstName: 'u.first_name',
      lastName: 'u.last_name',
    });
}

/** Whether an account uses this address. */
export async function isTaken(db: Knex, email: string): Promise<boolean> {
  return (await db('users').where({ email }).first('id')) !== undefined;
}

/**
 * Ends the change that is under way, if there is one.
 * @param oldEmail the address that a confirmed change replaces: what was asked for under it is the person's too
 * @returns how many
 */
export async function endOpenChange(
  trx: Knex.Transaction,
  userId: number,
  outcome: NonNullable<StoredChange['outcome']>,
  at: Date,
  oldEmail: string | null = null,
): Promise<number> {
  return trx('email_changes')
    .where({ user_id: userId, outcome: null })
    .update({ outcome, ended_at: at, old_email: oldEmail });
}

export async function insertChange(
  trx: Knex.Transaction,
  change: { userId: number; newEmail: string; tokenHash: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await trx('email_changes').insert({
    user_id: change.userId,
    new_email: change.newEmail,
    token_hash: change.tokenHash,
    created_at: change.createdAt,
    expires_at: change.expiresAt,
  });
}

/**
 * Gives an account its new address. The unique index decides between two who take one address at the same moment,
 * a new account included.
 * @returns false when another account has it
 */
export async function takeEmail(trx: Knex.Transaction, userId: number, email: string): Promise<boolean> {
  try {
    // In a savepoint: a refusal of the index must not end the transaction around it.
    await trx.transaction((attempt) => attempt('users').where({ id: userId }).update({ email }));
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';
