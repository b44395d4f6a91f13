import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import type { NewKey } from './ceremonies.ts';

/** A passkey in the list of its owner. */
export interface Passkey {
  id: number;
  name: string;
  createdAt: Date;
  /** Null before its first use. */
  lastUsedAt: Date | null;
  isSynchronised: boolean;
}

/** Whose passkeys they are. */
export interface Owner {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  /** What their passkeys call them. */
  handle: Buffer;
  /** Of their sessions (`users.session_generation`). */
  generation: number;
}

/** A passkey with what verifies its use. */
export interface UsableKey extends Passkey {
  userId: number;
  credentialId: string;
  publicKey: Buffer;
  signCount: number;
  transports: string[];
}

const columns = [
  'id',
  'user_id as userId',
  'name',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'is_synchronised as isSynchronised',
  'credential_id as credentialId',
  'public_key as publicKey',
  'sign_count as signCount',
  'transports',
];

/** The passkeys of a person, the oldest first. */
export async function findPasskeys(db: Knex, userId: number): Promise<UsableKey[]> {
  return db('passkeys').where({ user_id: userId }).orderBy(['created_at', 'id']).select(columns);
}

export async function findPasskey(db: Knex, userId: number, id: number): Promise<UsableKey | undefined> {
  return db('passkeys').where({ id, user_id: userId }).first(columns);
}

export async function findOwner(db: Knex, userId: number): Promise<Owner | undefined> {
  const owner = await db('users').where({ id: userId }).first({
    id: 'id',
    email: 'email',
    firstName: 'first_name',
    lastName: 'last_name',
    handle: 'passkey_handle',
    generation: 'session_generation',
  });
  return owner && { ...owner, handle: Buffer.from(owner.handle.replaceAll('-', ''), 'hex') };
}

/** Locks a person: of two changes or uses of their passkeys at the same moment, the second finds the first done. */
export async function lockOwner(trx: Knex.Transaction, userId: number): Promise<Owner | undefined> {
  await lock(trx, { people: [userId] });
  return findOwner(trx, userId);
}

/** A passkey by what its authenticator calls it, with its owner, who is locked. */
export async function lockByCredential(
  trx: Knex.Transaction,
  credentialId: string,
): Promise<{ key: UsableKey; owner: Owner } | undefined> {
  const found = await trx('passkeys').where({ credential_id: credentialId }).first('user_id as userId');
  const owner = found && (await lockOwner(trx, found.userId));
  const key = owner && (await trx('passkeys').where({ credential_id: credentialId }).first(columns));
  return key && { key: { ...key, signCount: Number(key.signCount) }, owner };
}

/** @returns its id, or undefined when a passkey of the same credential is known already */
export async function insertPasskey(
  trx: Knex.Transaction,
  userId: number,
  key: NewKey & { name: string; createdAt: Date },
): Promise<number | undefined> {
  const [row] = await trx('passkeys')
    .insert({
      user_id: userId,
      credential_id: key.credentialId,
      public_key: key.publicKey,
      sign_count: key.signCount,
      transports: key.transports,
      is_synchronised: key.isSynchronised,
      name: key.name,
      created_at: key.createdAt,
    })
    .onConflict('credential_id')
    .ignore()
    .returning('id');
  return row?.id;
}

export async function renamePasskey(trx: Knex.Transaction, id: number, name: string): Promise<void> {
  await trx('passkeys').where({ id }).update({ name });
}

export async function noteUse(
  trx: Knex.Transaction,
  id: number,
  use: { signCount: number; isSynchronised: boolean; at: Date },
): Promise<void> {
  await trx('passkeys')
    .where({ id })
    .update({ sign_count: use.signCount, is_synchronised: use.isSynchronised, last_used_at: use.at });
}

export async function deletePasskey(trx: Knex.Transaction, id: number): Promise<void> {
  await trx('passkeys').where({ id }).delete();
}

/** @returns how many */
export async function deletePasskeysOf(trx: Knex.Transaction, userId: number): Promise<number> {
  return trx('passkeys').where({ user_id: userId }).delete();
}

/** Uses up a challenge. @returns whether it had not been used before */
export async function spendChallenge(trx: Knex.Transaction, hash: string, expiresAt: Date): Promise<boolean> {
  const rows = await trx('passkey_challenges')
    .insert({ challenge_hash: hash, expires_at: expiresAt })
    .onConflict('challenge_hash')
    .ignore()
    .returning('challenge_hash');
  return rows.length > 0;
}

/** Forgets the challenges that could no longer be answered anyway. */
export async function deleteChallenges(db: Knex, before: Date): Promise<void> {
  await db('passkey_challenges').where('expires_at', '<', before).delete();
}
