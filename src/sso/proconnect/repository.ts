import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Recipient } from '#platform/mail/recipient.ts';

/** An identity elsewhere, by which somebody signs in here. */
export interface Identity {
  issuer: string;
  subject: string;
}

/** Whose an identity is. */
export interface Owner {
  userId: number;
  isClosed: boolean;
  /** That of their sessions, read with the link: once it is undone, a sign-in that began before comes to nothing. */
  generation: number;
  /**
   * Whether a second factor given there stands for the account's own: it has none, or the one that it has now was given
   * for this identity.
   */
  isTrusted: boolean;
}

// What `federated_identities i` is worth beside the factor or the passkeys that the account `u` has now. One that is
// younger than the confirmation was not given for it.
const IS_TRUSTED = `
  coalesce(i.factor_given_at > coalesce(
             (select f.enabled_at from second_factors f where f.user_id = u.id),
             (select min(k.created_at) from passkeys k where k.user_id = u.id),
             '-infinity'),
           false)`;

/** The account `u` has a factor of its own. */
const HAS_FACTOR = `
  (exists (select from second_factors f where f.user_id = u.id and f.enabled_at is not null)
   or exists (select from passkeys k where k.user_id = u.id))`;

/** @returns undefined while it is nobody's */
export async function findOwner(db: Knex, identity: Identity): Promise<Owner | undefined> {
  const rows = await query<Owner[]>(
    db,
    `select u.id as "userId", u.closed_at is not null as "isClosed", u.session_generation as generation,
            not ${HAS_FACTOR} or ${IS_TRUSTED} as "isTrusted"
       from federated_identities i join users u on u.id = i.user_id
      where i.issuer = :issuer and i.subject = :subject`,
    { issuer: identity.issuer, subject: identity.subject },
  );
  return rows[0];
}

/** An account by its e-mail address. */
export interface SameEmail {
  userId: number;
  isClosed: boolean;
  /** Whether it has a second factor of its own, or a passkey. */
  hasFactor: boolean;
}

export async function findAccountByEmail(db: Knex, email: string): Promise<SameEmail | undefined> {
  const rows = await query<SameEmail[]>(
    db,
    `select u.id as "userId", u.closed_at is not null as "isClosed", ${HAS_FACTOR} as "hasFactor"
       from users u where u.email = :email and u.anonymised_at is null`,
    { email },
  );
  return rows[0];
}

export const findRecipient = (db: Knex, userId: number): Promise<(Recipient & { id: number }) | undefined> =>
  db('users')
    .where({ id: userId })
    .first({ id: 'id', email: 'email', firstName: 'first_name', lastName: 'last_name' });

/**
 * @param factorGivenAt when the account's own factor was given for it, if it was
 * @returns false when it is somebody's already, or the person has another one there
 */
export async function insertIdentity(
  trx: Knex,
  userId: number,
  { issuer, subject }: Identity,
  at: Date,
  factorGivenAt: Date | null,
): Promise<boolean> {
  const inserted = await trx('federated_identities')
    .insert({ user_id: userId, issuer, subject, linked_at: at, factor_given_at: factorGivenAt }, 'id')
    .onConflict()
    .ignore();
  return inserted.length > 0;
}

export const noteUse = (db: Knex, { issuer, subject }: Identity, at: Date): Promise<number> =>
  db('federated_identities').where({ issuer, subject }).update({ last_used_at: at });

/** @returns whether there is one */
export const noteFactor = async (trx: Knex, userId: number, issuer: string, at: Date): Promise<boolean> =>
  (await trx('federated_identities').where({ user_id: userId, issuer }).update({ factor_given_at: at })) > 0;

/** @param issuer of all federations without it @returns whether there was one */
export const deleteIdentities = async (trx: Knex, userId: number, issuer?: string): Promise<boolean> =>
  (await trx('federated_identities')
    .where({ user_id: userId, ...(issuer === undefined ? {} : { issuer }) })
    .delete()) > 0;

/** The identity of an account, as its owner sees it. */
export interface LinkedIdentity {
  linkedAt: Date;
  lastUsedAt: Date | null;
  isTrusted: boolean;
}

export async function findIdentity(
  db: Knex,
  userId: number,
  issuer: string,
): Promise<LinkedIdentity | undefined> {
  const rows = await query<LinkedIdentity[]>(
    db,
    `select i.linked_at as "linkedAt", i.last_used_at as "lastUsedAt",
            not ${HAS_FACTOR} or ${IS_TRUSTED} as "isTrusted"
       from federated_identities i join users u on u.id = i.user_id
      where i.user_id = :userId and i.issuer = :issuer`,
    { userId, issuer },
  );
  return rows[0];
}

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

/**
 * A link that still works; used, it is gone. It is worth no more than the mailbox, and does nothing for an account with a
 * factor of its own.
 */
export async function findLink(
  db: Knex,
  tokenHash: string,
  now: Date,
): Promise<({ userId: number } & Identity) | undefined> {
  const rows = await query<({ userId: number } & Identity)[]>(
    db,
    `select l.user_id as "userId", l.issuer, l.subject
       from federated_links l join users u on u.id = l.user_id
      where l.token_hash = :tokenHash and l.expires_at > :now and not ${HAS_FACTOR}`,
    { tokenHash, now },
  );
  return rows[0];
}

/** @returns how many could still be used */
export async function deleteLinksOf(trx: Knex, userId: number, now: Date): Promise<number> {
  const deleted: { expires_at: Date }[] = await trx('federated_links')
    .where({ user_id: userId })
    .delete('expires_at');
  return deleted.filter(({ expires_at }) => expires_at > now).length;
}

export const deleteOldLinks = (db: Knex, before: Date): Promise<number> =>
  db('federated_links').where('expires_at', '<', before).delete();
