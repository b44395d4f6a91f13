import { type Actor, findActor } from '../../access/actor.ts';
import { DEMO_EMAIL_DOMAIN } from '../../config.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../platform/passwords.ts';

/**
 * Checks an e-mail and a password. An unknown e-mail costs the same work and gives the same answer.
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
  if (!matches || (isDemo && config.environment === 'production')) return undefined;
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
