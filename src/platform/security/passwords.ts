import argon2 from 'argon2';
import { lazily } from '../lazily.ts';
import { newToken } from './secrets.ts';

/** What one hash costs: memory in KiB, passes over it, threads. */
export interface PasswordCost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** OWASP's minimum for argon2id: what an installation always pays. */
export const PASSWORD_COST: Readonly<PasswordCost> = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id, whatever it costs. */
const asked = (cost: PasswordCost) => ({ type: argon2.argon2id, ...cost }) as const;

let parameters = asked(PASSWORD_COST);

/**
 * Makes hashes cost something else in this process, until called again. For the suite alone, which signs people in
 * thousands of times: no setting of an installation leads here.
 */
export function payForPasswords(cost: PasswordCost): void {
  parameters = asked(cost);
  unknown = madeLater();
}

/** @returns a PHC string that holds the parameters and a random salt */
export function hashPassword(password: string): Promise<string> {
  return argon2.hash(password, parameters);
}

/** Whether the hash was made with other parameters than today's, and should be made again at the next sign-in. */
export function needsRehash(hash: string): boolean {
  return argon2.needsRehash(hash, parameters);
}

const madeLater = () => lazily(() => hashPassword(newToken()));
let unknown = madeLater();

/**
 * A hash of a password that nobody knows, for the account of nobody. Made once, when first asked for, and the same for
 * all: whoever is about to lock something asks for it before.
 */
export const unknownPasswordHash = (): Promise<string> => unknown();

/**
 * Checks a password with the same work whether or not there is an account, so that time tells nothing.
 * @param hash undefined for an unknown account: the answer is then false
 */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  // Asked for whether it is needed or not: the first to sign in must not take longer for an account that is not there.
  const nobodys = await unknownPasswordHash();
  const matches = await argon2.verify(hash ?? nobodys, password);
  return matches && hash !== undefined;
}
