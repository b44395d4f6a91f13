import type { JWK } from 'jose';
import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** A key as the database has it. */
export interface StoredKey {
  kid: string;
  sealedPrivateJwk: string;
  publicJwk: JWK;
  usedFrom: Date;
}

/** Every key that is published, the latest first. */
export const findKeys = (db: Knex): Promise<StoredKey[]> =>
  query<StoredKey[]>(
    db,
    `select kid, sealed_private_jwk as "sealedPrivateJwk", public_jwk as "publicJwk", used_from as "usedFrom"
       from sso_keys order by used_from desc, kid`,
  );

export async function insertKey(trx: Knex, key: StoredKey, at: Date): Promise<void> {
  await execute(
    trx,
    `insert into sso_keys (kid, sealed_private_jwk, public_jwk, used_from, created_at)
     values (:kid, :sealedPrivateJwk, :publicJwk, :usedFrom, :at)`,
    { ...key, publicJwk: JSON.stringify(key.publicJwk), at },
  );
}

export async function reseal(trx: Knex, kid: string, sealedPrivateJwk: string): Promise<void> {
  await execute(trx, 'update sso_keys set sealed_private_jwk = :sealedPrivateJwk where kid = :kid', {
    kid,
    sealedPrivateJwk,
  });
}

/** Forgets them all. */
export const deleteKeys = (trx: Knex): Promise<number> => trx('sso_keys').delete();

/** Forgets the keys in whose place another one has been used since before a moment. */
export const deleteReplaced = (trx: Knex, before: Date): Promise<number> =>
  execute(
    trx,
    `delete from sso_keys k
      where exists (select from sso_keys later where later.used_from > k.used_from and later.used_from < :before)`,
    { before },
  );
