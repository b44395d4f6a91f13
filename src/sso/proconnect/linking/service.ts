import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { type Account, lockAccount } from '#identity/account/service.ts';
import { endSessions } from '#identity/credentials.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { Handler } from '#platform/events.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { LINK_MINUTES, linkedMessage, linkMessage, trustedMessage, unlinkedMessage } from '../mails.ts';
import type { Identity, Owner, SameEmail } from '../repository.ts';
import * as repository from '../repository.ts';

export { findIdentity, noteUse } from '../repository.ts';

/** The owner of an identity that opens an account. */
export type Linked = { kind: 'linked' } & Owner;

/** Whose an identity is here, or could be: that of an account with the same address, which its owner has to say. */
export type Match = Linked | ({ kind: 'sameEmail' } & SameEmail) | { kind: 'nobody' };

/** Somebody signed in, and the session of theirs that goes on while the others end. */
export interface Present {
  userId: number;
  keptSid: string;
}

/** Looks for the account of an identity. @param email as the federation has proved it */
export async function matchIdentity(
  { db }: Pick<Dependencies, 'db'>,
  identity: Identity,
  email: string,
): Promise<Match> {
  const owner = await repository.findOwner(db, identity);
  if (owner) return { kind: 'linked', ...owner };
  const account = await repository.findAccountByEmail(db, email);
  return account ? { kind: 'sameEmail', ...account } : { kind: 'nobody' };
}

/**
 * Links an identity to the account of somebody who has just proved who they are, with its own factor where it has one, and
 * ends their other sessions; a notice tells them.
 * @throws Conflict when it opens another account, or the account has another identity there
 */
export async function linkIdentity(deps: Dependencies, present: Present, identity: Identity): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const account = await lockAccount(trx, present.userId);
    await link(deps, trx, account, identity, present.keptSid);
  });
}

/** The same for an account that has just been made for whom the federation vouches for: the request has said so. */
export const linkVouched: Handler<'account.vouched'> = async (deps, trx, { userId, issuer, subject }) => {
  const at = deps.clock.now();
  // Somebody who has linked it meanwhile keeps it.
  if (!(await repository.insertIdentity(trx, userId, { issuer, subject }, at, null))) return;
  // Nobody else knows of an account that this transaction has made: there is nothing to lock.
  const account = await repository.findRecipient(trx, userId);
  if (account) await tellLinked(deps, trx, account, at);
};

/** @param keptSid the session in which the account's owner has proved who they are; none for a link sent to them */
async function link(
  deps: Dependencies,
  trx: Knex.Transaction,
  account: Account,
  identity: Identity,
  keptSid?: string,
): Promise<void> {
  const at = deps.clock.now();
  const owner = await repository.findOwner(trx, identity);
  // Sent twice, it is done.
  if (owner?.userId === account.id) return;
  const factorGivenAt = keptSid === undefined ? null : at;
  if (!(await repository.insertIdentity(trx, account.id, identity, at, factorGivenAt))) {
    throw new Conflict(
      owner === undefined
        ? 'Une autre identité ProConnect est reliée à votre compte\u00a0: déliez-la d’abord dans «\u00a0Mon compte\u00a0».'
        : 'Cette identité ProConnect ouvre déjà un autre compte.',
    );
  }
  await repository.deleteLinksOf(trx, account.id, at);
  // Where the present one was ended meanwhile, as a factor was added elsewhere, nothing is linked.
  await endSessions(deps, trx, account.id, keptSid);
  await tellLinked(deps, trx, account, at);
}

async function tellLinked(
  { mail, config }: Dependencies,
  trx: Knex.Transaction,
  account: Recipient & { id: number },
  at: Date,
): Promise<void> {
  await recordAudit(trx, {
    action: 'account.proconnect_linked',
    at,
    actorId: account.id,
    personId: account.id,
  });
  await mail.enqueue(trx, linkedMessage(account, at, config));
}

/**
 * From now on a second factor given to the federation stands for that of the account, which its owner has just given; their
 * other sessions end, and a notice tells them.
 * @throws NotFound when nothing is linked
 */
export async function trustIdentity(deps: Dependencies, { userId, keptSid }: Present): Promise<void> {
  const { db, clock, mail, config } = deps;
  await db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    const at = clock.now();
    if (!(await repository.noteFactor(trx, userId, config.proconnect?.issuer ?? '', at))) throw notLinked();
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, { action: 'account.proconnect_trusted', at, personId: userId });
    await mail.enqueue(trx, trustedMessage(account, at, config));
  });
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
    const sent = await repository.findLink(trx, hashToken(token), clock.now());
    if (!sent) return false;
    await link(deps, trx, account, sent);
    await repository.deleteLinksOf(trx, account.id, clock.now());
    return true;
  });
}

/**
 * Unlinks an identity, and ends the person's other sessions, some of which it may have opened; a notice follows.
 * @throws NotFound when there is none
 */
export async function unlinkIdentity(deps: Dependencies, { userId, keptSid }: Present): Promise<void> {
  const { db, clock, mail, config } = deps;
  await db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    if (!(await repository.deleteIdentities(trx, userId, config.proconnect?.issuer))) throw notLinked();
    const at = clock.now();
    await repository.deleteLinksOf(trx, userId, at);
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, { action: 'account.proconnect_unlinked', at, personId: userId });
    await mail.enqueue(trx, unlinkedMessage(account, at, config));
  });
}

const notLinked = () => new NotFound('ProConnect n’est plus relié.');

/** The agency takes every identity elsewhere from an account: in the journal; the sessions and the notice are its own. */
export const unlinkForAgency: Handler<'account.identities_ending'> = async (
  { clock },
  trx,
  { userId, byUserId },
) => {
  if (!(await repository.deleteIdentities(trx, userId))) return { identities: 0 };
  const at = clock.now();
  await repository.deleteLinksOf(trx, userId, at);
  await recordAudit(trx, {
    action: 'account.proconnect_unlinked',
    at,
    actorId: byUserId,
    personId: userId,
  });
  return { identities: 1 };
};

/** Ends the links that are under way, with the others that open an account. */
export const endLinks: Handler<'account.credential_links_ending'> = async (_deps, trx, { userId, at }) => ({
  links: await repository.deleteLinksOf(trx, userId, at),
});

/** Forgets links that have run out. */
export async function forgetLinks({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteOldLinks(db, clock.now());
}
