import type { Knex } from 'knex';

/** Puts somebody in the place of an absent validator, as if they had been asked to, without a word. */
export async function createDelegation(
  db: Knex,
  given: { structureId: number; absentId: number; standInId: number; startsOn: string; endsOn: string },
): Promise<void> {
  const affiliation = (userId: number) =>
    db('affiliations').where({ user_id: userId, structure_id: given.structureId }).select('id');
  await db('hr_delegations').insert({
    delegator_affiliation_id: affiliation(given.absentId),
    delegate_affiliation_id: affiliation(given.standInId),
    starts_on: given.startsOn,
    ends_on: given.endsOn,
    created_at: new Date(),
  });
}

/** All delegations, oldest first. */
export const delegationsIn = (db: Knex): PromiseLike<{ id: number }[]> => db('hr_delegations').orderBy('id');

/** Forgets a delegation, or all of them, without a word. */
export async function forgetDelegations(db: Knex, id?: number): Promise<void> {
  await db('hr_delegations')
    .where(id ? { id } : {})
    .delete();
}
