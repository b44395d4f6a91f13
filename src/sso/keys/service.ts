import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lockName } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, resealed } from '#platform/security/secrets.ts';
import { ALGORITHM, makeKeyPair, openPrivateKey } from '#platform/security/signing-keys.ts';
import type { StoredKey } from './repository.ts';
import * as repository from './repository.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a key signs. */
const USED_FOR_MS = 90 * DAY_MS;
/** How long services may keep what they have read of our keys before they look again. */
const PUBLISHED_BEFORE_MS = DAY_MS;
/** How long a key that signs no more is published: longer than anything that it signed is shown. */
const KEPT_AFTER_MS = 7 * DAY_MS;
/** After how long a process looks again which keys there are. */
const REREAD_MS = 30_000;

export { ALGORITHM } from '#platform/security/signing-keys.ts';

/** A key pair of this portal, as JSON Web Keys. */
export interface SigningKey {
  kid: string;
  privateJwk: JWK;
  publicJwk: JWK;
  usedFrom: Date;
}

/** The key that signs now, then those that are only published: the next one, if there is one, and those of before. */
export type Keys = readonly [SigningKey, ...SigningKey[]];

type Needs = Pick<Dependencies, 'db' | 'clock' | 'config'>;

const sealingKeys = ({ config }: Needs) => deriveKeys(config.secrets, 'sso keys');

/** What each application has read, and when. */
const read = new WeakMap<Needs['config'], { at: number; keys: Promise<Keys> }>();

/**
 * The keys that sign ID tokens and logout tokens. They are read again after half a minute, in which time every process
 * therefore agrees; the same object as before where nothing has changed.
 */
export async function signingKeys(deps: Needs): Promise<Keys> {
  const now = deps.clock.now().getTime();
  const known = read.get(deps.config);
  if (known && Math.abs(now - known.at) <= REREAD_MS) return known.keys;
  const keys = readKeys(deps).then(async (found) => {
    const before = await known?.keys.catch(() => undefined);
    const same = before?.map(({ kid }) => kid).join() === found.map(({ kid }) => kid).join();
    return before && same ? before : found;
  });
  read.set(deps.config, { at: now, keys });
  keys.catch(() => read.delete(deps.config));
  return keys;
}

async function readKeys(deps: Needs): Promise<Keys> {
  const now = deps.clock.now();
  const keys = (await repository.findKeys(deps.db)).flatMap((stored) => opened(deps, stored));
  const current = keys.find(({ usedFrom }) => usedFrom <= now);
  if (current) return [current, ...keys.filter((key) => key !== current)];
  // The first of all, or the first after the secret that sealed the others is gone.
  await tendKeys(deps);
  return readKeys(deps);
}

/** None where the key is sealed with a secret that is gone: it signs no more. */
function opened(deps: Needs, { kid, sealedPrivateJwk, publicJwk, usedFrom }: StoredKey): SigningKey[] {
  const privateJwk = openPrivateKey(sealingKeys(deps), sealedPrivateJwk) as JWK | undefined;
  return privateJwk ? [{ kid, privateJwk, publicJwk, usedFrom }] : [];
}

/**
 * Sees to it that there is a key, and the next one a day before it is used; forgets those that nobody needs, and seals
 * them with the present secret. A scheduled job.
 */
export async function tendKeys(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async (trx) => {
    await lockName(trx, 'keys of single sign-on');
    const readable = (await repository.findKeys(trx)).filter((key) => opened(deps, key).length > 0);
    const [latest] = readable;
    if (!latest || !readable.some(({ usedFrom }) => usedFrom <= now)) await addKey(deps, trx, now);
    else if (latest.usedFrom.getTime() + USED_FOR_MS - PUBLISHED_BEFORE_MS <= now.getTime())
      await addNext(deps, trx);
    for (const { kid, sealedPrivateJwk } of readable) {
      const anew = resealed(sealingKeys(deps), sealedPrivateJwk);
      if (anew) await repository.reseal(trx, kid, anew);
    }
    await repository.deleteReplaced(trx, new Date(now.getTime() - KEPT_AFTER_MS));
  });
}

/**
 * Puts another key in the place of the present one, a day from now, once every service can have read it.
 * @returns from when it is used: that of the next key, where one waits already
 */
export async function rotateNow(deps: Needs): Promise<Date> {
  return deps.db.transaction(async (trx) => {
    await lockName(trx, 'keys of single sign-on');
    const [latest] = await repository.findKeys(trx);
    if (latest && latest.usedFrom > deps.clock.now()) return latest.usedFrom;
    return addNext(deps, trx);
  });
}

/**
 * Puts another key in the place of every one that there is, at once: nothing that they have signed is good any more. Other
 * processes agree within half a minute; services refuse what the new key signs until they read our keys again.
 */
export async function replaceNow(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async (trx) => {
    await lockName(trx, 'keys of single sign-on');
    await repository.deleteKeys(trx);
    await addKey(deps, trx, now);
    await recordAudit(trx, { action: 'sso.keys_replaced', at: now });
  });
  read.delete(deps.config);
}

async function addNext(deps: Needs, trx: Knex.Transaction): Promise<Date> {
  const now = deps.clock.now();
  const from = new Date(now.getTime() + PUBLISHED_BEFORE_MS);
  await addKey(deps, trx, from);
  await recordAudit(trx, { action: 'sso.keys_rotated', at: now });
  return from;
}

async function addKey(deps: Needs, trx: Knex.Transaction, usedFrom: Date): Promise<void> {
  const pair = await makeKeyPair(sealingKeys(deps));
  const publicJwk = pair.publicJwk as JWK;
  await repository.insertKey(trx, { ...pair, publicJwk, usedFrom }, deps.clock.now());
}

/**
 * Signs a statement of this portal.
 * @param typ what kind of token it is
 * @param payload its claims; issuer, moment, number and end are added
 * @param seconds how long it is good for
 */
export async function signedToken(
  deps: Needs,
  typ: string,
  payload: Record<string, unknown>,
  seconds: number,
): Promise<string> {
  const { SignJWT } = await import('jose');
  const [{ kid, privateJwk }] = await signingKeys(deps);
  const at = Math.floor(deps.clock.now().getTime() / 1000);
  return new SignJWT(payload)
    .setProtectedHeader({ alg: ALGORITHM, typ, kid })
    .setIssuer(deps.config.publicUrl)
    .setIssuedAt(at)
    .setExpirationTime(at + seconds)
    .setJti(randomUUID())
    .sign(privateJwk);
}
