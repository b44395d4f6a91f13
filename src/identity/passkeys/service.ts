import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { endSessions } from '../credentials.ts';
import { newChallenge, type Refused, refusalOf, spendChallenge } from './assertions.ts';
import { creationOptions, verifyCreation } from './ceremonies.ts';
import type { Asked } from './challenges.ts';
import { addedMessage, removedMessage, renamedMessage } from './mails.ts';
import type { Owner, Passkey, UsableKey } from './repository.ts';
import * as repository from './repository.ts';

export { forgetOldChallenges, optionsToUse, type Refused, takeAnswer } from './assertions.ts';
export type { Passkey } from './repository.ts';

/** How many passkeys a person may have. */
export const MOST_PASSKEYS = 10;

/** The passkeys of a person, the oldest first. */
export function listPasskeys({ db }: Dependencies, userId: number): Promise<Passkey[]> {
  return repository.findPasskeys(db, userId);
}

/** One passkey of a person. @throws NotFound when it is not theirs, or gone */
export async function readPasskey({ db }: Dependencies, userId: number, id: number): Promise<Passkey> {
  return known(await repository.findPasskey(db, userId, id));
}

/** What the browser needs to make a passkey for a person. @throws Conflict when they have enough */
export async function optionsToAdd(deps: Dependencies, userId: number, browser: string) {
  const [owner, keys] = await Promise.all([
    repository.findOwner(deps.db, userId),
    repository.findPasskeys(deps.db, userId),
  ]);
  refuseTooMany(keys);
  const challenge = newChallenge(deps, { purpose: 'register', browser });
  return creationOptions(deps.config, known(owner), keys, challenge);
}

/**
 * Adds a passkey that the browser has made, and ends the person's other sessions; a notice follows.
 * @param present the session that goes on, and what names the browser in which the passkey was made
 * @returns its id, or why it was not taken
 * @throws Conflict when the person has enough, or the passkey is known already
 */
export async function addPasskey(
  deps: Dependencies,
  userId: number,
  present: { sid: string; browser: string },
  given: { name: string; answer: RegistrationResponseJSON },
): Promise<{ passkeyId: number } | Refused> {
  const { db, clock, config, mail } = deps;
  const asked: Asked = { purpose: 'register', browser: present.browser };
  const refused = refusalOf(deps, asked, given.answer);
  if (refused) return refused;
  const now = clock.now();
  return db.transaction(async (trx) => {
    const owner = known(await repository.lockOwner(trx, userId));
    if (!(await spendChallenge(trx, given.answer, now))) return { refused: 'refused' } as const;
    refuseTooMany(await repository.findPasskeys(trx, userId));
    const key = await verifyCreation(config, given.answer);
    if (!key) return { refused: 'refused' } as const;
    const row = { ...key, name: given.name, createdAt: now };
    const passkeyId = await repository.insertPasskey(trx, userId, row);
    if (passkeyId === undefined) throw new Conflict('Cette clé d’accès est déjà enregistrée.');
    await endSessions(deps, trx, userId, present.sid);
    await recordAudit(trx, {
      action: 'account.passkey_added',
      at: now,
      personId: userId,
      subject: { kind: 'passkey', id: passkeyId },
    });
    await mail.enqueue(trx, addedMessage(owner, given.name, now, config));
    return { passkeyId };
  });
}

/** Gives a passkey another name; a notice follows. @throws NotFound when it is not theirs, or gone */
export async function renamePasskey(
  deps: Dependencies,
  userId: number,
  id: number,
  name: string,
): Promise<void> {
  await withOwn(deps, userId, id, async (trx, key, owner, now) => {
    if (key.name === name) return;
    await repository.renamePasskey(trx, id, name);
    await recordAudit(trx, {
      action: 'account.passkey_renamed',
      at: now,
      personId: userId,
      subject: { kind: 'passkey', id },
    });
    await deps.mail.enqueue(trx, renamedMessage(owner, name, now, deps.config));
  });
}

/**
 * Takes a passkey away and ends the person's other sessions; a notice follows.
 * @param keptSid the session that goes on
 * @returns what it was called
 * @throws NotFound when it is not theirs, or gone
 */
export function removePasskey(
  deps: Dependencies,
  userId: number,
  id: number,
  keptSid: string,
): Promise<string> {
  return withOwn(deps, userId, id, async (trx, key, owner, now) => {
    await repository.deletePasskey(trx, id);
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, {
      action: 'account.passkey_removed',
      at: now,
      personId: userId,
      subject: { kind: 'passkey', id },
    });
    await deps.mail.enqueue(trx, removedMessage(owner, key.name, now, deps.config));
    return key.name;
  });
}

/**
 * Takes every passkey of somebody away, for the agency; the person must be locked. The sessions are for the caller to
 * end, and the notice to send.
 * @returns whether there was one
 */
export async function removePasskeysOf(trx: Knex.Transaction, userId: number): Promise<boolean> {
  return (await repository.deletePasskeysOf(trx, userId)) > 0;
}

function withOwn<T>(
  { db, clock }: Dependencies,
  userId: number,
  id: number,
  change: (trx: Knex.Transaction, key: UsableKey, owner: Owner, now: Date) => Promise<T>,
): Promise<T> {
  return db.transaction(async (trx) => {
    const owner = known(await repository.lockOwner(trx, userId));
    const key = known(await repository.findPasskey(trx, userId, id));
    return change(trx, key, owner, clock.now());
  });
}

function refuseTooMany(keys: unknown[]): void {
  if (keys.length < MOST_PASSKEYS) return;
  throw new Conflict(`Votre compte a déjà ${MOST_PASSKEYS} clés d’accès\u00a0: retirez-en une d’abord.`);
}

function known<T>(found: T | undefined): T {
  if (!found) throw new NotFound();
  return found;
}
