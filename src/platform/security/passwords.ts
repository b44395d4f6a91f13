import argon2 from 'argon2';

/** OWASP's minimum for argon2id (ARCHITECTURE §1). */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @returns a PHC string that holds the parameters and a random salt */
export function hashPassword(password: string): Promise<string> {
  return argon2.hash(password, PARAMETERS);
}

/** Whether the hash was made with other parameters than today's, and should be made again at the next sign-in. */
export function needsRehash(hash: string): boolean {
  return argon2.needsRehash(hash, PARAMETERS);
}

let decoy: Promise<string> | undefined;

/**
 * Checks a password with the same work whether or not there is an account, so that time tells nothing.
 * @param hash undefined for an unknown account: the answer is then false
 */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await argon2.verify(hash ?? (await decoy), password);
  return matches && hash !== undefined;
}
