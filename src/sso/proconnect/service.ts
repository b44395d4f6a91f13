import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { type Account, lockAccount } from '#identity/account/service.ts';
import { endSessions } from '#identity/credentials.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { LINK_MINUTES, linkedMessage, linkMessage, unlinkedMessage } from './mails.ts';
import type { Identity } from './repository.ts';
import * as repository from './repository.ts';

export { findIdentity, noteUse } from './repository.ts';

/** Whose an identity is here, or could be: that of an account with the same address, which its owner has to say. */
export type Match =
  | { kind: 'linked'; userId: number }
  | { kind: 'sameEmail'; userId: number; isClosed: boolean }
  | { kind: 'nobody' };

/** Looks for the account of an identity. @param email as the federation has proved it */
export async function matchIdentity(
  { db }: Pick<Dependencies, 'db'>,
  identity: Identity,
  email: string,
): Promise<Match> {
  const userId = await repository.findOwner(db, identity);
  if (userId !== undefined) return { kind: 'linked', userId };
  const account = await repository.findAccountByEmail(db, email);
  if (!account) return { kind: 'nobody' };
  return { kind: 'sameEmail', userId: account.id, isClosed: account.closedAt !== null };
}

/**
 * Links an identity to an account whose owner has just proved who they are; a notice tells them.
 * @throws Conflict when it opens another account, or the account has another identity there
 */
export async function linkIdentity(deps: Dependencies, userId: number, identity: Identity): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    await link(deps, trx, account, identity);
  });
}

/** The same for an account that has just been made for whom the federation vouches for: the request has said so. */
export const linkVouched = async (
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  userId: number,
  identity: Identity,
): Promise<void> => {
  // Somebody who has linked it meanwhile keeps it.
  await repository.insertIdentity(trx, userId, identity, clock.now());
};

async function link(
  { clock, mail, config }: Dependencies,
  trx: Knex.Transaction,
  account: Account,
  identity: Identity,
): Promise<void> {
  const at = clock.now();
  const owner = await repository.findOwner(trx, identity);
  // Sent twice, it is done.
  if (owner === account.id) return;
  if (!(await repository.insertIdentity(trx, account.id, identity, at))) {
    throw new Conflict(
      owner === undefined
        ? 'Une autre identité ProConnect est reliée à votre compte\u00a0: déliez-la d’abord dans «\u00a0Mon compte\u00a0».'
        : 'Cette identité ProConnect ouvre déjà un autre compte.',
    );
  }
  await repository.deleteLinksOf(trx, account.id);
  await recordAudit(trx, {
    action: 'account.proconnect_linked',
    at,
    actorId: account.id,
    personId: account.id,
  });
  await mail.enqueue(trx, linkedMessage(account, at, config));
}

/** Sends the owner of an account a link by which they say that an identity is theirs. */
export async function sendLink(deps: Dependencies, userId: number, identity: Identity): Promise<void> {
  const { db, clock, mail } = deps;
  const token = newToken();
  const now = clock.now();
  await db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    await repository.insertLink(trx, {
      ...identity,
      userId,
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt: new Date(now.getTime() + LINK_MINUTES * 60_000),
    });
    await mail.enqueue(trx, linkMessage(account, token));
  });
}

/** Whether a link still works; changes nothing. */
export const isLinkUsable = async ({ db, clock }: Dependencies, token: string): Promise<boolean> =>
  (await repository.findLink(db, hashToken(token), clock.now())) !== undefined;

/** Links the identity that a link is about, once. @returns false when the link does not work (any more) */
export async function useLink(deps: Dependencies, token: string): Promise<boolean> {
  const { db, clock } = deps;
  return db.transaction(async (trx) => {
    const found = await repository.findLink(trx, hashToken(token), clock.now());
    if (!found) return false;
    const account = await lockAccount(trx, found.userId);
    // Read again under the lock: of two that use it at once, one does.
    const link_ = await repository.findLink(trx, hashToken(token), clock.now());
    if (!link_) return false;
    await link(deps, trx, account, { issuer: link_.issuer, subject: link_.subject });
    await repository.deleteLinksOf(trx, account.id);
    return true;
  });
}

/**
 * Unlinks an identity, and ends the person's other sessions, some of which it may have opened; a notice follows.
 * @param keptSid the session that goes on
 * @throws NotFound when there is none
 */
export async function unlinkIdentity(
  deps: Dependencies,
  userId: number,
  issuer: string,
  keptSid: string,
): Promise<void> {
  const { db, clock, mail, config } = deps;
  await db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    if (!(await repository.deleteIdentity(trx, userId, issuer)))
      throw new NotFound('ProConnect n’est plus relié.');
    const at = clock.now();
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, { action: 'account.proconnect_unlinked', at, personId: userId });
    await mail.enqueue(trx, unlinkedMessage(account, at, config));
  });
}

/** Forgets links that have run out. */
export async function forgetLinks({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteOldLinks(db, clock.now());
}
