import type { Knex } from 'knex';

/** An identity elsewhere, by which somebody signs in here. */
export interface Identity {
  issuer: string;
  subject: string;
}

/** Whose an identity is; undefined while it is nobody's. */
export async function findOwner(db: Knex, { issuer, subject }: Identity): Promise<number | undefined> {
  const row = await db('federated_identities').where({ issuer, subject }).first('user_id');
  return row?.user_id;
}

/** The account with an e-mail address, with whether it is closed. */
export const findAccountByEmail = (
  db: Knex,
  email: string,
): Promise<{ id: number; email: string; closedAt: Date | null } | undefined> =>
  db('users')
    .where({ email, anonymised_at: null })
    .first({ id: 'id', email: 'email', closedAt: 'closed_at' });

/** @returns false when it is somebody's already, or the person has another one there */
export async function insertIdentity(
  trx: Knex,
  userId: number,
  { issuer, subject }: Identity,
  at: Date,
): Promise<boolean> {
  const inserted = await trx('federated_identities')
    .insert({ user_id: userId, issuer, subject, linked_at: at }, 'id')
    .onConflict()
    .ignore();
  return inserted.length > 0;
}

export const noteUse = (db: Knex, { issuer, subject }: Identity, at: Date): Promise<number> =>
  db('federated_identities').where({ issuer, subject }).update({ last_used_at: at });

/** @returns whether there was one */
export const deleteIdentity = async (trx: Knex, userId: number, issuer: string): Promise<boolean> =>
  (await trx('federated_identities').where({ user_id: userId, issuer }).delete()) > 0;

export const findIdentity = (
  db: Knex,
  userId: number,
  issuer: string,
): Promise<{ linkedAt: Date; lastUsedAt: Date | null } | undefined> =>
  db('federated_identities')
    .where({ user_id: userId, issuer })
    .first({ linkedAt: 'linked_at', lastUsedAt: 'last_used_at' });

export async function insertLink(
  trx: Knex,
  link: { tokenHash: string; userId: number; createdAt: Date; expiresAt: Date } & Identity,
): Promise<void> {
  await trx('federated_links').insert({
    token_hash: link.tokenHash,
    user_id: link.userId,
    issuer: link.issuer,
    subject: link.subject,
    created_at: link.createdAt,
    expires_at: link.expiresAt,
  });
}

/** A link that has not run out; used, it is gone. */
export const findLink = (
  db: Knex,
  tokenHash: string,
  now: Date,
): Promise<({ userId: number } & Identity) | undefined> =>
  db('federated_links')
    .where({ token_hash: tokenHash })
    .andWhere('expires_at', '>', now)
    .first({ userId: 'user_id', issuer: 'issuer', subject: 'subject' });

export const deleteLinksOf = (trx: Knex, userId: number): Promise<number> =>
  trx('federated_links').where({ user_id: userId }).delete();

export const deleteOldLinks = (db: Knex, before: Date): Promise<number> =>
  db('federated_links').where('expires_at', '<', before).delete();
