import { type Actor, findActor } from '../../access/actor.ts';
import { recordAudit } from '../../audit/service.ts';
import { DEMO_EMAIL_DOMAIN } from '../../config.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../platform/passwords.ts';
import type { TooManyTries } from '../../platform/web/limits.ts';

/**
 * Checks an e-mail and a password. An unknown e-mail costs the same work, leaves as much in the journal (nobody, and
 * never what was typed) and gives the same answer.
 * @returns the actor, or undefined when they do not match
 */
export async function verifyCredentials(
  { db, clock, config }: Dependencies,
  email: string,
  password: string,
): Promise<Actor | undefined> {
  const isDemo = email.toLowerCase().endsWith(DEMO_EMAIL_DOMAIN);
  const user = await db('users').where({ email: email.trim() }).first('id', 'password_hash');
  const matches = await verifyPassword(user?.password_hash, password.normalize('NFC'));
  if (!matches || (isDemo && config.environment === 'production')) {
    await recordRefusal({ db, clock }, user?.id, 'password');
    return undefined;
  }
  await db('users')
    .where({ id: user.id })
    .update({
      last_sign_in_at: clock.now(),
      ...(needsRehash(user.password_hash)
        ? { password_hash: await hashPassword(password.normalize('NFC')) }
        : {}),
    });
  return findActor(db, user.id);
}

/**
 * Notes in the journal a sign-in that did not come about.
 * @param personId whose account was tried, where there is one
 * @param because of what was wrong, or of too many tries
 */
export function recordRefusal(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  personId: number | undefined,
  because: 'password' | 'code' | 'limit',
): Promise<void> {
  return recordAudit(db, { action: 'session.refused', at: clock.now(), personId, details: { because } });
}

/** The same for an e-mail that was tried too often: one entry when the limit is reached, none for each further try. */
export async function recordLimit(deps: Dependencies, refusal: TooManyTries, email: string): Promise<void> {
  if (!refusal.isFirst) return;
  const user = await deps.db('users').where({ email: email.trim() }).first('id');
  await recordRefusal(deps, user?.id, 'limit');
}
