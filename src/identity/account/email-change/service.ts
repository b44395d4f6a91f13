import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { endCredentialLinks, endSessions } from '../../credentials.ts';
import { lockAccount, lockOpened, openWithPassword } from '../service.ts';
import {
  addressInUseMessage,
  changeDoneMessage,
  changedNoticeMessage,
  changeRequestedMessage,
  confirmEmailMessage,
} from './mails.ts';
import type { StoredChange } from './repository.ts';
import * as repository from './repository.ts';

/** How long the link to the new address can be used. */
const LINK_HOURS = 24;

/**
 * Asks for another e-mail: a link to the new address, a notice to the present one. Whether or not an account uses the
 * new address, the work and the answer are the same; only the e-mail there differs.
 * @returns false when it is not the present password
 */
export async function requestEmailChange(
  deps: Dependencies,
  input: { userId: number; newEmail: string; password: string },
): Promise<boolean> {
  const { db, clock, mail, config } = deps;
  const { userId, newEmail } = input;
  const opened = await openWithPassword(deps, userId, input.password);
  if (!opened) return false;
  const token = newToken();
  return db.transaction(async (trx) => {
    const account = await lockOpened(trx, opened);
    if (!account) return false;
    const now = clock.now();
    const isTaken = await repository.isTaken(trx, newEmail);
    await repository.endOpenChange(trx, userId, 'replaced', now);
    await repository.insertChange(trx, {
      userId,
      newEmail,
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt: new Date(now.getTime() + LINK_HOURS * 3_600_000),
    });
    await mail.enqueue(
      trx,
      isTaken ? addressInUseMessage(newEmail, config) : confirmEmailMessage(newEmail, token),
    );
    await recordAudit(trx, { action: 'account.email_change_asked', at: now, personId: userId });
    await mail.enqueue(trx, changeRequestedMessage(account, newEmail, now, config));
    return true;
  });
}

/** Gives up a change that was not confirmed. @returns whether there was one */
export async function cancelEmailChange({ db, clock }: Dependencies, userId: number): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lockAccount(trx, userId);
    const at = clock.now();
    if ((await repository.endOpenChange(trx, userId, 'cancelled', at)) === 0) return false;
    await recordAudit(trx, { action: 'account.email_change_cancelled', at, personId: userId });
    return true;
  });
}

/** What a link is worth today. */
export type ChangeLink =
  | { kind: 'usable'; change: StoredChange }
  | { kind: 'unknown' | 'confirmed' | 'replaced' | 'cancelled' | 'taken' | 'expired' };

/** Reads a link; changes nothing. */
export async function readChangeLink({ db, clock }: Dependencies, token: string): Promise<ChangeLink> {
  return worthOf(await repository.findChange(db, hashToken(token)), clock.now());
}

function worthOf(change: StoredChange | undefined, now: Date): ChangeLink {
  if (!change) return { kind: 'unknown' };
  if (change.outcome) return { kind: change.outcome };
  return change.expiresAt <= now ? { kind: 'expired' } : { kind: 'usable', change };
}

/**
 * Confirms the new address with the link, once: it becomes the e-mail of the account, the other sessions end, both
 * addresses are told.
 * @param present the session that goes on, when it is the person's
 * @returns `usable` when this call changed it; any other kind when it did not
 */
export async function confirmEmailChange(
  deps: Dependencies,
  token: string,
  present: { userId?: number; sid: string },
): Promise<ChangeLink> {
  const { db, clock, mail, config } = deps;
  return db.transaction(async (trx): Promise<ChangeLink> => {
    const found = await repository.findChange(trx, hashToken(token));
    if (!found) return { kind: 'unknown' };
    const account = await lockAccount(trx, found.userId);
    const now = clock.now();
    const link = worthOf(await repository.findChange(trx, hashToken(token)), now);
    if (link.kind !== 'usable') return link;
    const { userId, newEmail } = link.change;
    if (!(await repository.takeEmail(trx, userId, newEmail))) {
      await repository.endOpenChange(trx, userId, 'taken', now);
      return { kind: 'taken' };
    }
    await repository.endOpenChange(trx, userId, 'confirmed', now, account.email);
    await endCredentialLinks(deps, trx, userId, now);
    await endSessions(deps, trx, userId, present.userId === userId ? present.sid : undefined);
    await recordAudit(trx, {
      action: 'account.email_changed',
      at: now,
      actorId: userId,
      personId: userId,
    });
    await mail.enqueue(trx, changedNoticeMessage(account, newEmail, now, config));
    await mail.enqueue(trx, changeDoneMessage(account, newEmail, now));
    return link;
  });
}
