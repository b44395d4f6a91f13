import type { Knex } from 'knex';

/** The affiliations of those who have one e-mail a day. */
export const digestsIn = (db: Knex): PromiseLike<number[]> => db('hr_digests').pluck('affiliation_id');

/** Somebody has one e-mail a day from now on, in one structure. */
export async function chooseDigest(db: Knex, affiliationId: number, at: Date): Promise<void> {
  await db('hr_digests').insert({ affiliation_id: affiliationId, since: at });
}

/** What waits for the next e-mail of the day. */
export const digestRequests = (db: Knex): PromiseLike<unknown[]> => db('hr_digest_requests');

export async function forgetDigestRequests(db: Knex): Promise<void> {
  await db('hr_digest_requests').delete();
}
