import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** Something of the library that is kept for a while. */
export interface OidcRecord {
  sealedPayload: string;
  expiresAt: Date;
  consumedAt: Date | null;
}

export async function upsertRecord(
  db: Knex,
  record: { model: string; idHash: string; sealedPayload: string; expiresAt: Date },
): Promise<void> {
  await execute(
    db,
    `insert into oidc_records (model, id_hash, sealed_payload, expires_at)
     values (:model, :idHash, :sealedPayload, :expiresAt)
     on conflict (model, id_hash) do update
       set sealed_payload = excluded.sealed_payload, expires_at = excluded.expires_at`,
    record,
  );
}

export async function findRecord(db: Knex, model: string, idHash: string): Promise<OidcRecord | undefined> {
  const rows = await query<OidcRecord[]>(
    db,
    `select sealed_payload as "sealedPayload", expires_at as "expiresAt", consumed_at as "consumedAt" from oidc_records
      where model = :model and id_hash = :idHash`,
    { model, idHash },
  );
  return rows[0];
}

/** @returns false for what was spent already, or is gone: of several that come at once, one has it */
export async function spendRecord(db: Knex, model: string, idHash: string, at: Date): Promise<boolean> {
  const spent = await execute(
    db,
    `update oidc_records set consumed_at = :at where model = :model and id_hash = :idHash and consumed_at is null`,
    { model, idHash, at },
  );
  return spent > 0;
}

export const deleteRecord = (db: Knex, model: string, idHash: string): Promise<number> =>
  execute(db, 'delete from oidc_records where model = :model and id_hash = :idHash', { model, idHash });

export const deleteOldRecords = (db: Knex, before: Date): Promise<number> =>
  execute(db, 'delete from oidc_records where expires_at < :before', { before });

/** Whether a secret is one of those of a service: the present one, or the one before it until it runs out. */
export async function isSecretOf(db: Knex, serviceId: number, hash: string, now: Date): Promise<boolean> {
  const rows = await query(
    db,
    `select from service_secrets
      where service_id = :serviceId and secret_hash = :hash and (expires_at is null or expires_at > :now)`,
    { serviceId, hash, now },
  );
  return rows.length > 0;
}
