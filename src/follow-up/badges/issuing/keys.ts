import type { webcrypto } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lockName } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound, TemporaryFailure } from '#platform/errors.ts';
import { deriveKeys, resealed } from '#platform/security/secrets.ts';
import { makeKeyPair, openPrivateKey, signCompact } from '#platform/security/signing-keys.ts';
import { badgeAddresses } from './addresses.ts';
import { type Credential, claimsOf } from './credential.ts';
import * as repository from './key-repository.ts';

type Needs = Pick<Dependencies, 'db' | 'clock' | 'config'>;

const sealingKeys = ({ config }: Pick<Needs, 'config'>) => deriveKeys(config.secrets, 'badge-keys');
const NAME = 'keys of badges';

/** The key that signs. */
export interface BadgeKey {
  kid: string;
  privateJwk: webcrypto.JsonWebKey;
}

/** @returns undefined where there is none yet, or the secret that sealed it is gone */
async function readableKey(deps: Pick<Needs, 'config'>, db: Knex): Promise<BadgeKey | undefined> {
  const present = await repository.findPresent(db);
  const privateJwk = present && openPrivateKey(sealingKeys(deps), present.sealedPrivateJwk);
  return present && privateJwk ? { kid: present.kid, privateJwk } : undefined;
}

/** The key that signs badges, made where there is none; within the transaction that issues one. */
export async function presentKey(deps: Needs, trx: Knex.Transaction): Promise<BadgeKey> {
  const known = await readableKey(deps, trx);
  if (known) return known;
  await lockName(trx, NAME);
  // Whoever held the lock may have made one.
  return (await readableKey(deps, trx)) ?? replaceKey(deps, trx);
}

/**
 * The same, for a page that changes nothing.
 * @throws TemporaryFailure where there is none: the scheduled job makes one
 */
export async function presentKeyToRead(deps: Needs): Promise<BadgeKey> {
  const key = await readableKey(deps, deps.db);
  if (key) return key;
  throw new TemporaryFailure('Clé indisponible', 'Cette liste ne peut pas être signée pour le moment.', {
    retryAfter: 3600,
  });
}

/** Puts another key in the place of the present one, whose private part is destroyed; what it signed stays good. */
async function replaceKey(deps: Needs, trx: Knex.Transaction): Promise<BadgeKey> {
  const { kid, publicJwk, sealedPrivateJwk } = await makeKeyPair(sealingKeys(deps));
  const at = deps.clock.now();
  await repository.retirePresent(trx, at);
  await repository.insertKey(trx, { kid, publicJwk, sealedPrivateJwk, at });
  const privateJwk = openPrivateKey(sealingKeys(deps), sealedPrivateJwk) as webcrypto.JsonWebKey;
  return { kid, privateJwk };
}

/** Renews the key at the wish of the agency. */
export async function rotateKey(deps: Needs): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await lockName(trx, NAME);
    await replaceKey(deps, trx);
    await recordAudit(trx, { action: 'badge.key_rotated', at: deps.clock.now() });
  });
}

/** Sees to it that the key can be read, sealed with the present secret. A scheduled job: done twice, it changes nothing. */
export async function tendBadgeKey(deps: Needs): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await lockName(trx, NAME);
    const present = await repository.findPresent(trx);
    // The first one is made by the first badge.
    if (!present) return;
    if (!openPrivateKey(sealingKeys(deps), present.sealedPrivateJwk)) {
      await replaceKey(deps, trx);
      return;
    }
    const anew = resealed(sealingKeys(deps), present.sealedPrivateJwk);
    if (anew) await repository.reseal(trx, present.kid, anew);
  });
}

/** What the address of a key answers, for ever: one bare JSON Web Key. @throws NotFound */
export async function publicKey({ db, config }: Pick<Needs, 'db' | 'config'>, kid: string) {
  const found = await repository.findPublic(db, kid);
  if (!found) throw new NotFound();
  const { kty, n, e, alg, use } = found;
  return { kty, n, e, alg, use, kid: badgeAddresses(config.publicUrl).key(kid) };
}

/** Signs a credential as the agency: VC-JWT, whose key is read at the address that it names. */
export const signCredential = (base: string, { kid, privateJwk }: BadgeKey, credential: Credential): string =>
  signCompact(privateJwk, { typ: 'JWT', kid: badgeAddresses(base).key(kid) }, claimsOf(credential));
