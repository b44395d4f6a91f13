import { type Actor, type Profile, type ProfileRight, profilesOf } from '#access/actor.ts';
import { keepLastProfile } from '#access/last-profile.ts';
import { profileOfPage } from '#access/spaces.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { findWaiting } from '#platform/tiles.ts';

/** Where each profile starts from. */
export const profileHomes: Readonly<Record<ProfileRight, string>> = Object.freeze({
  beneficiary: '/parcourspro/mon-espace',
  hr_validator: '/parcourspro/valideur',
  provider: '/parcourspro/prestataire',
});

/** One of the profiles to choose from, with what waits under it. */
export interface ProfileChoice extends Profile {
  waiting: number;
}

/** Every profile that the person may take, in the order of the switcher, with what waits under each. */
export async function getProfileChoices(
  { db, clock, features }: Dependencies,
  actor: Actor,
): Promise<ProfileChoice[]> {
  const tiles = features
    .flatMap((feature) => feature.tiles ?? [])
    .filter(({ href }) => profileOfPage(href) !== undefined);
  const found = await findWaiting(db, tiles, actor.userId, clock.now());
  return profilesOf(actor).map((profile) => {
    const rows = found[tiles.findIndex(({ href }) => profileOfPage(href) === profile.right)];
    return {
      ...profile,
      waiting: rows?.find(({ structureId }) => structureId === profile.structureId)?.waiting ?? 0,
    };
  });
}

/**
 * Takes a profile, which is kept for the sessions to come.
 * @throws NotFound when the person does not hold it (any more)
 */
export async function takeProfile(
  { db }: Pick<Dependencies, 'db'>,
  actor: Actor,
  wanted: { right: string; structureId: number | undefined },
): Promise<Profile> {
  const chosen = profilesOf(actor).find(
    ({ right, structureId }) => right === wanted.right && structureId === wanted.structureId,
  );
  if (!chosen) throw new NotFound('Ce profil n’est pas le vôtre, ou ne l’est plus.');
  await keepLastProfile(db, actor.userId, chosen);
  return chosen;
}
