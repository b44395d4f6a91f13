import { type Actor, findActor } from '../../access/actor.ts';
import { DEMO_EMAIL_DOMAIN } from '../../config.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../platform/passwords.ts';

/**
 * Checks an e-mail and a password. An unknown e-mail costs the same work and gives the same answer.
 * @returns the actor, or undefined when they do not match
 */
export async function verifyCredentials(
  deps: Dependencies,
  email: string,
  password: string,
): Promise<Actor | undefined> {
  const { db } = deps;
  const user = await db('users').where({ email: email.trim() }).first('id', 'password_hash');
  const matches = await verifyPassword(user?.password_hash, password.normalize('NFC'));
  if (!matches) return undefined;
  const actor = await admit(deps, user.id);
  if (actor && needsRehash(user.password_hash)) {
    const password_hash = await hashPassword(password.normalize('NFC'));
    await db('users').where({ id: user.id }).update({ password_hash });
  }
  return actor;
}

/**
 * Whether somebody who has proved who they are may come in, whichever way they proved it; notes that they did.
 * @returns the actor, or undefined when the account opens nothing: gone, or of the demo in production (DOMAIN §11)
 */
export async function admit({ db, clock, config }: Dependencies, userId: number): Promise<Actor | undefined> {
  const actor = await findActor(db, userId);
  const isDemo = actor?.email.toLowerCase().endsWith(DEMO_EMAIL_DOMAIN);
  if (!actor || (isDemo && config.environment === 'production')) return undefined;
  await db('users').where({ id: userId }).update({ last_sign_in_at: clock.now() });
  return actor;
}
