import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';

/** How somebody is told of new requests, for one structure. */
export interface DigestChoice {
  affiliationId: number;
  isDaily: boolean;
  /** Requests that wait for the next digest. */
  kept: number;
}

/** @returns undefined for somebody who is not of the structure (any longer) */
export async function findDigestChoice(
  db: Knex,
  { userId, structureId }: { userId: number; structureId: number },
): Promise<DigestChoice | undefined> {
  const rows = await query<DigestChoice[]>(
    db,
    `select a.id as "affiliationId", exists (select from hr_digests g where g.affiliation_id = a.id) as "isDaily",
            (select count(*) from hr_digest_requests k where k.affiliation_id = a.id) as kept
       from affiliations a where a.user_id = :userId and a.structure_id = :structureId`,
    { userId, structureId },
  );
  return rows[0];
}

/** The same, so that no request is left for a digest meanwhile. */
export async function lockDigestChoice(
  trx: Knex.Transaction,
  who: { userId: number; structureId: number },
): Promise<DigestChoice | undefined> {
  // A request holds this lock while it looks who wants a digest.
  await lock(trx, { structures: [who.structureId] });
  return findDigestChoice(trx, who);
}

export async function beginDigest(trx: Knex.Transaction, affiliationId: number, at: Date): Promise<void> {
  await trx('hr_digests').insert({ affiliation_id: affiliationId, since: at }).onConflict().ignore();
}

export async function endDigest(trx: Knex.Transaction, affiliationId: number): Promise<void> {
  await trx('hr_digests').where({ affiliation_id: affiliationId }).delete();
}

/** Whose digests, and for which structure. */
export const findAffiliation = (
  db: Knex,
  id: number,
): Promise<{ userId: number; structureId: number } | undefined> =>
  db('affiliations').where({ id }).first({ userId: 'user_id', structureId: 'structure_id' });
