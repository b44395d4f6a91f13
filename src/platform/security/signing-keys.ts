import { createPrivateKey, generateKeyPair, randomUUID, sign, type webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { type Keys, seal, unseal } from './secrets.ts';

/** The name under which this application signs (RFC 7518): RSA with SHA-256, which every reader knows. */
export const ALGORITHM = 'RS256';

/** A key pair as it is kept: its public half to be read by anybody, the other sealed. */
export interface SealedKeyPair {
  kid: string;
  publicJwk: webcrypto.JsonWebKey;
  sealedPrivateJwk: string;
}

/** Makes a key pair (RSA, 2048 bits) that signs, named at random. It takes a tenth of a second or more, off the thread. */
export async function makeKeyPair(keys: Keys): Promise<SealedKeyPair> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const named = { kid, alg: ALGORITHM, use: 'sig' };
  const privateJwk = { ...pair.privateKey.export({ format: 'jwk' }), ...named };
  const publicJwk = { ...pair.publicKey.export({ format: 'jwk' }), ...named };
  return { kid, publicJwk, sealedPrivateJwk: seal(keys, JSON.stringify(privateJwk)) };
}

/** The private half of a pair; undefined where it is sealed with a secret that is gone: it signs no more. */
export function openPrivateKey(keys: Keys, sealedPrivateJwk: string): webcrypto.JsonWebKey | undefined {
  try {
    return JSON.parse(unseal(keys, sealedPrivateJwk));
  } catch {
    return undefined;
  }
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * Signs a statement (RFC 7515, compact). The same statement under the same key gives the same text.
 * @param header of the statement, beside `alg`
 */
export function signCompact(privateJwk: webcrypto.JsonWebKey, header: object, payload: object): string {
  const text = `${encoded({ alg: ALGORITHM, ...header })}.${encoded(payload)}`;
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

/** What a signed statement says, without asking by whom. */
export const payloadOf = (jws: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
