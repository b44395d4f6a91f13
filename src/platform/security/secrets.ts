import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** A secret link's token: 256 random bits, URL-safe. Only its hash is stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database keeps of a token. A plain hash suffices: the token is random, not guessable. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** A key for one purpose, derived from the application's secret, so that no two uses share one. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}

/** Encrypts and authenticates a text (AES-256-GCM) for storage. */
export function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

/**
 * Opens what {@link seal} closed.
 * @throws Error when the key is another one or the text was altered
 */
export function unseal(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

/** Signs a short text that travels through the browser: `text.signature`. */
export function sign(key: Buffer, text: string): string {
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

/** The text of a value made by {@link sign}, or undefined when it was not signed with this key. */
export function verifySigned(key: Buffer, signed: string): string | undefined {
  const dot = signed.lastIndexOf('.');
  if (dot < 0) return undefined;
  const text = signed.slice(0, dot);
  const expected = Buffer.from(sign(key, text));
  const given = Buffer.from(signed);
  return expected.length === given.length && timingSafeEqual(expected, given) ? text : undefined;
}
