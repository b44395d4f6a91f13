import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as french from '@zxcvbn-ts/language-fr';
import argon2 from 'argon2';
import { DEMO_PASSWORD } from '../../config.ts';

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

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...french.dictionary },
  graphs: common.adjacencyGraphs,
  useLevenshteinDistance: false,
});

/**
 * Whether a new password is strong enough: the CNIL's recommendation of 2022 (12 characters of 4 classes, 14 of 3,
 * or a phrase of 7 words), and not one that guessing programs try first.
 * @param personal words that the password must not be built on (name, e-mail, structure)
 * @returns true, or what to change
 */
export function checkNewPassword(password: string, personal: string[] = []): true | string {
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((one) => one.test(password)).length;
  const length = [...password].length;
  const words = password.split(/[\s\-_.,;]+/).filter((word) => /\p{L}{2,}/u.test(word)).length;
  const longEnough = (length >= 12 && classes === 4) || (length >= 14 && classes >= 3) || words >= 7;
  if (!longEnough) {
    return 'Choisissez au moins 12 caractères avec minuscule, majuscule, chiffre et signe, ou une phrase de 7 mots.';
  }
  const inputs = personal
    .flatMap((value) => value.toLowerCase().split(/[^\p{L}\d]+/u))
    .filter((w) => w.length > 2);
  const rest = inputs.reduce((text, word) => text.replaceAll(word, ''), password.toLowerCase());
  const isPublic = password === DEMO_PASSWORD;
  const isBuiltOnName = rest !== password.toLowerCase() && rest.replace(/[^\p{L}\d]/gu, '').length < 8;
  if (isPublic || isBuiltOnName || zxcvbn.check(password.slice(0, 100), inputs).score < 4) {
    return 'Ce mot de passe est trop facile à deviner : évitez les mots courants, votre nom et les suites.';
  }
  return true;
}
