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

/** The keys of one purpose: the present one, then those of the secrets before it, which read and no longer write. */
export type Keys = readonly [Buffer, ...Buffer[]];

/** The application's present secret, then those before it that are still read. */
export type Secrets = readonly [string, ...string[]];

/** @param secrets the application's present secret, then those that are still read */
export function deriveKeys(secrets: string | Secrets, purpose: string): Keys {
  const [present, ...previous] = typeof secrets === 'string' ? [secrets] : secrets;
  return [deriveKey(present as string, purpose), ...previous.map((one) => deriveKey(one, purpose))];
}

/** What tells one key from the next in a sealed text; it says nothing of the key itself. */
const idOf = (key: Buffer): string =>
  createHmac('sha256', key).update('key id').digest('base64url').slice(0, 8);

const CIPHER = 'aes-256-gcm';
/** All sixteen bytes: a shorter tag, which Node.js would take, is forged by trying. */
const TAG = { authTagLength: 16 } as const;

/** Encrypts and authenticates a text (AES-256-GCM) for storage, with the id of its key: `id.text`. */
export function seal(keys: Keys, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, keys[0], nonce, TAG);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${idOf(keys[0])}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
}

/**
 * Opens what {@link seal} closed.
 * @throws Error when the key is another one or the text was altered
 */
export function unseal(keys: Keys, sealed: string): string {
  const [id, text] = sealed.includes('.') ? (sealed.split('.', 2) as [string, string]) : [undefined, sealed];
  const bytes = Buffer.from(text, 'base64');
  if (id === undefined) return openWithAny(keys, bytes);
  const key = keys.find((one) => idOf(one) === id);
  if (!key) throw new Error(NO_LONGER_READ);
  return open(key, bytes);
}

const NO_LONGER_READ = 'sealed with a secret that is no longer read';

function open(key: Buffer, bytes: Buffer): string {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, 12), TAG);
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

// Texts from before keys had an id do not say which one closed them; the tag is good under that one only.
function openWithAny(keys: Keys, bytes: Buffer): string {
  for (const key of keys) {
    try {
      return open(key, bytes);
    } catch {
      // Another key, or an altered text: the next one tells.
    }
  }
  throw new Error(NO_LONGER_READ);
}

/**
 * What {@link seal} closed under a former key, closed under the present one.
 * @returns undefined when it bears the present key already
 * @throws Error as {@link unseal}
 */
export function resealed(keys: Keys, sealed: string): string | undefined {
  return sealed.startsWith(`${idOf(keys[0])}.`) ? undefined : seal(keys, unseal(keys, sealed));
}

/** Signs a short text that travels through the browser: `text.signature`. */
export function sign([key]: Keys, text: string): string {
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

/** The text of a value made by {@link sign}, or undefined when it was not signed with one of these keys. */
export function verifySigned(keys: Keys, signed: string): string | undefined {
  const dot = signed.lastIndexOf('.');
  if (dot < 0) return undefined;
  const text = signed.slice(0, dot);
  const given = Buffer.from(signed);
  const isGood = keys.some((key) => {
    const expected = Buffer.from(sign([key], text));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return isGood ? text : undefined;
}
