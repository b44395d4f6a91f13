import { type Actor, findActor } from '#access/actor.ts';
import { recordAudit } from '#audit/service.ts';
import { type Config, DEMO_EMAIL_DOMAIN } from '#platform/config.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashPassword, needsRehash, verifyPassword } from '#platform/security/passwords.ts';
import type { TooManyTries } from '#platform/web/limits.ts';

/** Whether this account may be signed in to, whatever its owner proves: not when closed, nor a demo one in production. */
export function mayOpenSession(
  account: { email: string; closedAt: Date | null },
  config: Pick<Config, 'environment'>,
): boolean {
  const isDemo = account.email.toLowerCase().endsWith(DEMO_EMAIL_DOMAIN);
  return account.closedAt === null && !(isDemo && config.environment === 'production');
}

/** Somebody who has proved who they are. */
export interface Proved {
  userId: number;
  /** Of their sessions, read with what the proof was checked against: the sign-in ends with the sessions of then. */
  generation: number;
}

/**
 * Lets in somebody who has proved who they are, with all that their account asks for: every session that opens begins
 * here. The sign-in is noted in the statement that makes sure that the account is open, and that nothing has ended the
 * person's sessions since the proof, so that it is either before a closing, which then does not come, or after.
 * @returns undefined when the account may not be signed in to
 */
export async function admit(deps: Dependencies, { userId, generation }: Proved): Promise<Actor | undefined> {
  const { db, clock, config } = deps;
  const account = await db('users').where({ id: userId }).first('email', 'closed_at as closedAt');
  if (!account || !mayOpenSession(account, config)) return undefined;
  const noted = await db('users')
    .where({ id: userId, closed_at: null, session_generation: generation })
    .update({ last_sign_in_at: clock.now() });
  return noted > 0 ? findActor(deps, userId) : undefined;
}

/**
 * Checks an e-mail and a password; opens nothing, and does not count as a use of the account: a code may still be to
 * come ({@link admit}). An unknown e-mail costs the same work, leaves as much in the journal (nobody, and
 * never what was typed) and gives the same answer, and so does a closed account with a wrong password.
 * @returns the actor, as of the moment when the password was read; `closed` for the right password of a closed account;
 *   undefined when they do not match
 */
export async function verifyCredentials(
  deps: Dependencies,
  email: string,
  password: string,
): Promise<Actor | 'closed' | undefined> {
  const { db } = deps;
  const normalized = password.normalize('NFC');
  const user = await db('users')
    .where({ email: email.trim() })
    .first('id', 'email', 'password_hash', 'closed_at as closedAt', 'session_generation as generation');
  if (!(await verifyPassword(user?.password_hash, normalized))) {
    await recordRefusal(deps, user?.id, 'password');
    return undefined;
  }
  const actor = mayOpenSession(user, deps.config) ? await findActor(deps, user.id) : undefined;
  if (!actor) {
    await recordRefusal(deps, user.id, 'account');
    return user.closedAt ? 'closed' : undefined;
  }
  if (needsRehash(user.password_hash)) {
    const rehashed = await hashPassword(normalized);
    await db('users')
      .where({ id: user.id, password_hash: user.password_hash })
      .update({ password_hash: rehashed });
  }
  return { ...actor, sessionGeneration: user.generation };
}

/**
 * Notes in the journal a sign-in that did not come about.
 * @param personId whose account was tried, where there is one
 * @param because of what was wrong (the account: closed, or of the demo), or of too many tries
 */
export function recordRefusal(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  personId: number | undefined,
  because: 'password' | 'code' | 'passkey' | 'proconnect' | 'account' | 'limit',
): Promise<void> {
  return recordAudit(db, { action: 'session.refused', at: clock.now(), personId, details: { because } });
}

/** The same for an e-mail that was tried too often: one entry when the limit is reached, none for each further try. */
export async function recordLimit(deps: Dependencies, refusal: TooManyTries, email: string): Promise<void> {
  if (!refusal.isFirst) return;
  const user = await deps.db('users').where({ email: email.trim() }).first('id');
  await recordRefusal(deps, user?.id, 'limit');
}
