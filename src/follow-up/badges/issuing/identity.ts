import { createHash, randomBytes } from 'node:crypto';

/** At least 128 bits: with a short one, addresses are guessed from their hash. */
export const newSalt = (): string => randomBytes(16).toString('base64url');

/**
 * Whom a badge was given to, as Open Badges writes it: `sha256$` and the hash of the e-mail address in lower case with the
 * salt behind it.
 */
export const identityHash = (email: string, salt: string): string =>
  `sha256$${createHash('sha256')
    .update(email.trim().toLowerCase() + salt, 'utf8')
    .digest('hex')}`;
