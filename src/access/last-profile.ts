import type { Knex } from 'knex';
import { type Actor, type ProfileRight, profilesOf } from './actor.ts';

/** A profile as it is kept: whether the person still holds it is for `findActor` to say. */
export interface KeptProfile {
  right: ProfileRight;
  structureId: number;
}

/** The profile that the person last took in ParcoursPro; undefined before the first choice. */
export async function findLastProfile(db: Knex, userId: number): Promise<KeptProfile | undefined> {
  return db('users')
    .where({ id: userId })
    .whereNotNull('last_profile_right')
    .whereNotNull('last_profile_structure_id')
    .first({ right: 'last_profile_right', structureId: 'last_profile_structure_id' });
}

/** Keeps the profile for the person's next sessions; those that are open stay under their own. */
export async function keepLastProfile(db: Knex, userId: number, profile: KeptProfile): Promise<void> {
  await db('users')
    .where({ id: userId })
    .update({ last_profile_right: profile.right, last_profile_structure_id: profile.structureId });
}

/** Whether the person has several profiles and has not said yet which they need, here or in a former session. */
export function mustChooseProfile(actor: Actor, kept?: { right: string; structureId: number }): boolean {
  const profiles = profilesOf(actor);
  return (
    profiles.length > 1 &&
    !profiles.some(({ right, structureId }) => right === kept?.right && structureId === kept.structureId)
  );
}
