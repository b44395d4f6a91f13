import type { webcrypto } from 'node:crypto';
import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** The one key that is not retired. */
export async function findPresent(db: Knex): Promise<{ kid: string; sealedPrivateJwk: string } | undefined> {
  const [key] = await query<{ kid: string; sealedPrivateJwk: string }[]>(
    db,
    `select kid, sealed_private_jwk as "sealedPrivateJwk" from badge_keys where retired_at is null`,
  );
  return key;
}

export async function findPublic(db: Knex, kid: string): Promise<webcrypto.JsonWebKey | undefined> {
  const [key] = await query<{ jwk: webcrypto.JsonWebKey }[]>(
    db,
    'select public_jwk as jwk from badge_keys where kid = ?',
    [kid],
  );
  return key?.jwk;
}

export async function insertKey(
  trx: Knex.Transaction,
  key: { kid: string; publicJwk: webcrypto.JsonWebKey; sealedPrivateJwk: string; at: Date },
): Promise<void> {
  await execute(
    trx,
    `insert into badge_keys (kid, public_jwk, sealed_private_jwk, used_from)
     values (:kid, :publicJwk, :sealedPrivateJwk, :at)`,
    { ...key, publicJwk: JSON.stringify(key.publicJwk) },
  );
}

/** Destroys the private part of the key that signs. */
export const retirePresent = (trx: Knex.Transaction, at: Date): Promise<number> =>
  execute(trx, 'update badge_keys set sealed_private_jwk = null, retired_at = :at where retired_at is null', {
    at,
  });

export const reseal = (trx: Knex.Transaction, kid: string, sealedPrivateJwk: string): Promise<number> =>
  execute(trx, 'update badge_keys set sealed_private_jwk = :sealedPrivateJwk where kid = :kid', {
    kid,
    sealedPrivateJwk,
  });

/** What the agency's page of badges says of keys. */
export async function findKeys(db: Knex): Promise<{ usedFrom: Date | null; retired: number }> {
  const [row] = await query<[{ usedFrom: Date | null; retired: number }]>(
    db,
    `select max(used_from) filter (where retired_at is null) as "usedFrom",
            cast(count(*) filter (where retired_at is not null) as int) as retired from badge_keys`,
  );
  return row;
}
