import { payForPasswords } from '#platform/security/passwords.ts';

/** The least that argon2 takes: 30 times less than in an installation, where slowness is the point. */
export const CHEAP_PASSWORDS = { memoryCost: 1024, timeCost: 2, parallelism: 1 };

// Before each file: one that paid the full price must not leave it to the next.
payForPasswords(CHEAP_PASSWORDS);
