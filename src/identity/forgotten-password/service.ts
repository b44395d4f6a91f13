import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { reopenAccount, reopeningMessage } from '../account/inactivity/service.ts';
import { opensByProConnect } from '../account/service.ts';
import { endCredentialLinks, endSessions } from '../credentials.ts';
import { noAccountMessage, passwordChangedMessage, resetMessage } from './mails.ts';
import type { Person, StoredReset } from './repository.ts';
import * as repository from './repository.ts';

export type { Person } from './repository.ts';

/** How long a link can be used (domain.md §4). */
const RESET_MINUTES = 60;
/** How long a link can be used that the agency sends to the owner of a closed account. */
const OFFERED_HOURS = 24;
/** How long a link that ran out still says so, rather than that it is unknown. */
const REMEMBERED_HOURS = 24;

/**
 * Sends a link to choose another password. An unknown e-mail costs the same work and gets an e-mail that says so:
 * only the owner of the address learns whether there is an account, and whether it is closed.
 */
export async function requestPasswordReset(deps: Dependencies, email: string): Promise<void> {
  const { db, clock, mail } = deps;
  const now = clock.now();
  const token = newToken();
  const expiresAt = new Date(now.getTime() + RESET_MINUTES * 60_000);
  await db.transaction(async (trx) => {
    const person = await repository.findByEmail(trx, email);
    await repository.insertResetIfKnown(trx, person?.id ?? null, {
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt,
    });
    const message = !person
      ? noAccountMessage(email)
      : person.closedAt
        ? reopeningMessage(person, token, expiresAt)
        : resetMessage(person, token);
    await recordAudit(trx, { action: 'account.password_reset_asked', at: now, personId: person?.id });
    await mail.enqueue(trx, message);
  });
}

/**
 * Sends the owner of a closed account the link that reopens it, for the agency to help somebody who calls: only the
 * holder of the address can use it.
 * @throws NotFound when there is no such account; Conflict when it is open
 */
export async function offerReopening(deps: Dependencies, userId: number): Promise<{ email: string }> {
  const { db, clock, mail } = deps;
  const token = newToken();
  return db.transaction(async (trx) => {
    await lock(trx, { people: [userId] });
    const person = await repository.findById(trx, userId);
    if (!person) throw new NotFound();
    if (!person.closedAt) throw new Conflict('Ce compte est déjà rouvert.', 'Compte ouvert');
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + OFFERED_HOURS * 3_600_000);
    await repository.insertResetIfKnown(trx, userId, {
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt,
    });
    await mail.enqueue(trx, reopeningMessage(person, token, expiresAt));
    await recordAudit(trx, { action: 'account.password_reset_asked', at: now, personId: userId });
    return { email: person.email };
  });
}

/** What a link is worth today. */
export type ResetLink = { kind: 'usable'; person: Person } | { kind: 'unknown' | 'used' | 'expired' };

/** Reads a link; changes nothing. */
export async function readResetLink({ db, clock }: Dependencies, token: string): Promise<ResetLink> {
  return worthOf(await repository.findReset(db, hashToken(token)), clock.now());
}

function worthOf(reset: StoredReset | undefined, now: Date): ResetLink {
  if (!reset) return { kind: 'unknown' };
  if (reset.usedAt) return { kind: 'used' };
  return reset.expiresAt <= now ? { kind: 'expired' } : { kind: 'usable', person: reset.person };
}

/**
 * Sets the new password with a link, once: every session of the person ends, and a notice tells them. A closed account
 * is reopened.
 * @returns `usable` when this call changed it; any other kind when it did not
 */
export async function resetPassword(deps: Dependencies, token: string, password: string): Promise<ResetLink> {
  const { db, clock, mail, config } = deps;
  const passwordHash = await hashPassword(password);
  const now = clock.now();
  return db.transaction(async (trx): Promise<ResetLink> => {
    const found = await repository.findReset(trx, hashToken(token));
    if (!found) return { kind: 'unknown' };
    await lock(trx, { people: [found.person.id] });
    const link = worthOf(await repository.findReset(trx, hashToken(token)), now);
    if (link.kind !== 'usable') return link;
    const { id } = link.person;
    await repository.changePassword(trx, id, passwordHash, now);
    await endCredentialLinks(deps, trx, id, now);
    await endSessions(deps, trx, id);
    await recordAudit(trx, { action: 'account.password_reset', at: now, actorId: id, personId: id });
    if (link.person.closedAt) await reopenAccount(deps, trx, link.person, now);
    else {
      const changed = { at: now, opensByProConnect: await opensByProConnect(trx, id, config) };
      await mail.enqueue(trx, passwordChangedMessage(link.person, changed, config));
    }
    return link;
  });
}

/** Forgets the links that ran out a while ago, used or not. A scheduled job. */
export async function forgetOldResets({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteResets(db, new Date(clock.now().getTime() - REMEMBERED_HOURS * 3_600_000));
}
