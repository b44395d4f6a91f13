import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Config } from '#platform/config.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { verifyPassword } from '#platform/security/passwords.ts';
import { deriveKeys, hashToken, resealed, seal, unseal } from '#platform/security/secrets.ts';
import { endSessions } from '../credentials.ts';
import { codesRenewedMessage, codeUsedMessage, disabledMessage, enabledMessage } from './mails.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import type { Holder } from './repository.ts';
import * as repository from './repository.ts';
import { newKey, stepOf } from './totp.ts';

const sealingKeys = (config: Config) => deriveKeys(config.secrets, 'second factor keys');
const hashingKeys = (config: Config) => deriveKeys(config.secrets, 'recovery codes');

/** What went wrong with what was typed; nothing was changed. */
export type Refused = { refused: 'password' | 'code' };

/** A code of the application, or one of those kept for the day when it is lost. */
export type CodeKind = 'code' | 'recovery_code';

/** How a person's factor stands. */
export interface FactorState {
  enabled: boolean;
  /** A key was made, and waits for its first code. */
  begun: boolean;
  codesLeft: number;
}

/** How a person's factor stands, for the pages. @throws NotFound when there is no such person */
export async function readFactor({ db }: Dependencies, userId: number): Promise<FactorState> {
  const holder = known(await repository.findHolder(db, userId));
  return {
    enabled: holder.enabledAt !== null,
    begun: holder.sealedKey !== null && holder.enabledAt === null,
    codesLeft: holder.codesLeft,
  };
}

/**
 * What a sign-in must still ask after the password.
 * @returns the mark of the password that was given, or undefined when the person has no factor
 */
export async function codeNeeded({ db }: Dependencies, userId: number): Promise<string | undefined> {
  const holder = await repository.findHolder(db, userId);
  return holder?.enabledAt ? hashToken(holder.passwordHash) : undefined;
}

/** Whether this is the password of somebody who is signed in. */
export async function isPassword({ db }: Dependencies, userId: number, password: string): Promise<boolean> {
  const holder = await repository.findHolder(db, userId);
  return verifyPassword(holder?.passwordHash, password);
}

/**
 * Begins an enrolment: makes the key that the next page shows.
 * @throws Conflict when the person has a factor already
 */
export async function beginEnrolment({ db, clock, config }: Dependencies, userId: number): Promise<void> {
  await db.transaction(async (trx) => {
    const holder = known(await repository.lockHolder(trx, userId));
    if (holder.enabledAt) throw alreadyEnabled();
    await repository.storeKey(trx, userId, seal(sealingKeys(config), newKey()), clock.now());
  });
}

/** The key that waits for its first code, or undefined when no enrolment is under way. */
export async function findKeyToShow(
  { db, config }: Dependencies,
  userId: number,
): Promise<string | undefined> {
  const holder = await repository.findHolder(db, userId);
  return holder?.sealedKey && !holder.enabledAt ? openKey(config, holder.sealedKey) : undefined;
}

/**
 * Ends the enrolment with a first code of the application, and the person's other sessions, in which none was given; a
 * notice follows.
 * @param keptSid the session that goes on
 * @returns the recovery codes, which nothing can show again, or what was wrong
 * @throws Conflict when there is no enrolment to end
 */
export async function enableFactor(
  deps: Dependencies,
  userId: number,
  code: string,
  keptSid: string,
): Promise<{ codes: string[] } | Refused> {
  const { db, clock, mail, config } = deps;
  const now = clock.now();
  return db.transaction(async (trx) => {
    const holder = known(await repository.lockHolder(trx, userId));
    if (holder.enabledAt) throw alreadyEnabled();
    if (!holder.sealedKey) throw new Conflict('Recommencez l’activation depuis le début.');
    if (!(await spendTotp(deps, trx, holder, code))) return { refused: 'code' } as const;
    await repository.enable(trx, userId, now);
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, { action: 'account.second_factor_enabled', at: now, personId: userId });
    await mail.enqueue(trx, enabledMessage(holder, now, config));
    return { codes: await renewCodes(trx, config, userId) };
  });
}

/**
 * Takes a code of the application, or a recovery code, each once only.
 * @param mark of the password given before ({@link codeNeeded}); the code is refused once another one is chosen
 * @returns which of the two it was; undefined when it is neither
 */
export async function takeCode(
  deps: Dependencies,
  userId: number,
  code: string,
  mark?: string,
): Promise<CodeKind | undefined> {
  return deps.db.transaction(async (trx) => {
    const holder = await repository.lockHolder(trx, userId);
    if (!holder || (mark !== undefined && mark !== hashToken(holder.passwordHash))) return undefined;
    return spendAny(deps, trx, holder, code);
  });
}

/** Replaces the recovery codes, with the password and a code; a notice follows. */
export async function replaceRecoveryCodes(
  deps: Dependencies,
  userId: number,
  given: { password: string; code: string },
): Promise<{ codes: string[] } | Refused> {
  return withBoth(deps, userId, given, async (trx, holder, now) => {
    await recordAudit(trx, { action: 'account.recovery_codes_renewed', at: now, personId: userId });
    await deps.mail.enqueue(trx, codesRenewedMessage(holder, now, deps.config));
    return { codes: await renewCodes(trx, deps.config, userId) };
  });
}

/**
 * Takes the factor away, with the password and a code, and ends the person's other sessions; a notice follows.
 * @param keptSid the session that goes on
 */
export async function disableFactor(
  deps: Dependencies,
  userId: number,
  given: { password: string; code: string },
  keptSid: string,
): Promise<{ disabled: true } | Refused> {
  return withBoth(deps, userId, given, async (trx, holder, now) => {
    await repository.remove(trx, userId);
    await endSessions(deps, trx, userId, keptSid);
    await recordAudit(trx, { action: 'account.second_factor_disabled', at: now, personId: userId });
    await deps.mail.enqueue(trx, disabledMessage(holder, now, deps.config));
    return { disabled: true } as const;
  });
}

/**
 * Takes the factor of somebody away without either, for the agency; the person must be locked. The sessions are for the
 * caller to end, and the notice to send.
 * @returns whether there was one
 */
export async function removeFactorOf(trx: Knex.Transaction, userId: number): Promise<boolean> {
  const holder = await repository.findHolder(trx, userId);
  if (!holder?.enabledAt) return false;
  await repository.remove(trx, userId);
  return true;
}

async function withBoth<T>(
  deps: Dependencies,
  userId: number,
  given: { password: string; code: string },
  change: (trx: Knex.Transaction, holder: Holder, now: Date) => Promise<T>,
): Promise<T | Refused> {
  if (!(await isPassword(deps, userId, given.password))) return { refused: 'password' };
  return deps.db.transaction(async (trx) => {
    const holder = known(await repository.lockHolder(trx, userId));
    if (!holder.enabledAt) throw new Conflict('La double authentification n’est pas activée.');
    if (!(await spendAny(deps, trx, holder, given.code))) return { refused: 'code' } as const;
    return change(trx, holder, deps.clock.now());
  });
}

async function spendAny(
  deps: Dependencies,
  trx: Knex.Transaction,
  holder: Holder,
  code: string,
): Promise<CodeKind | undefined> {
  if (!holder.enabledAt) return undefined;
  if (await spendTotp(deps, trx, holder, code)) return 'code';
  const { clock, config, mail } = deps;
  const at = clock.now();
  let isSpent = false;
  for (const key of hashingKeys(config)) {
    isSpent ||= await repository.spendCode(trx, holder.id, hashRecoveryCode(key, holder.id, code), at);
  }
  if (!isSpent) return undefined;
  await recordAudit(trx, {
    action: 'account.recovery_code_used',
    at,
    actorId: holder.id,
    personId: holder.id,
    details: { left: holder.codesLeft - 1 },
  });
  await mail.enqueue(trx, codeUsedMessage(holder, at, holder.codesLeft - 1, config));
  return 'recovery_code';
}

// A step is taken once: a code read over a shoulder is worth nothing after its owner has used it (RFC 6238 §5.2). A key
// in use comes under the present secret, so that the one before it can be dropped some day.
async function spendTotp(
  { clock, config, log }: Dependencies,
  trx: Knex.Transaction,
  holder: Holder,
  code: string,
): Promise<boolean> {
  const { sealedKey } = holder;
  const key = sealedKey && openKey(config, sealedKey);
  if (!key) {
    log.warn({ userId: holder.id }, 'second factor sealed with another secret');
    return false;
  }
  const step = stepOf(key, code.replaceAll(' ', ''), clock.now());
  if (step === undefined || step <= holder.lastStep) return false;
  await repository.noteStep(trx, holder.id, step, resealed(sealingKeys(config), sealedKey));
  return true;
}

function openKey(config: Config, sealed: string): string | undefined {
  try {
    return unseal(sealingKeys(config), sealed);
  } catch {
    // The application's secret was changed: nobody can make this key's codes any more.
    return undefined;
  }
}

async function renewCodes(trx: Knex.Transaction, config: Config, userId: number): Promise<string[]> {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => hashRecoveryCode(hashingKeys(config)[0], userId, code));
  await repository.replaceCodes(trx, userId, hashes);
  return codes;
}

function known(holder: Holder | undefined): Holder {
  if (!holder) throw new NotFound();
  return holder;
}

const alreadyEnabled = () =>
  new Conflict('La double authentification de votre compte est déjà activée.', 'Déjà activée');
