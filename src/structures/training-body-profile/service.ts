import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { Stale } from '#platform/versions.ts';
import type { EditedProfile, ListedProfile } from './repository.ts';
import * as repository from './repository.ts';
import { type ProfileField, profileFields, type TrainingBodyProfile } from './rules.ts';

export type { EditedProfile, ListedProfile } from './repository.ts';

type Database = Pick<Dependencies, 'db'>;

/** The profile of a training body, empty where it has said nothing. @throws NotFound for what is no training body */
export async function getProfile({ db }: Database, structureId: number): Promise<EditedProfile> {
  const profile = await repository.findProfile(db, structureId);
  if (!profile?.isTrainingBody) throw new NotFound();
  return profile;
}

/** A page of the open training bodies that some words find, by name, each with what it says of itself. */
export const listProfiles = (
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  words: string,
  page: Slice,
): Promise<Paged<ListedProfile>> =>
  repository.findProfiles(db, words, parisDay(clock.now()).toString(), page);

/** The picture of the stamp, PNG; null where it has been taken away. */
export const findStamp = async ({ db }: Database, structureId: number): Promise<Buffer | null> =>
  (await repository.findStamp(db, structureId)) ?? null;

/** The picture of the stamp, PNG. @throws NotFound where there is none */
export async function getStamp({ db }: Database, structureId: number): Promise<Buffer> {
  const stamp = await repository.findStamp(db, structureId);
  if (!stamp) throw new NotFound();
  return stamp;
}

/** Whose profile, on which version, and who changes it. */
interface Change {
  structureId: number;
  /** On which the form was opened; 0 where nothing was saved. */
  version: number;
  by: number;
}

/**
 * Saves what a training body says of itself.
 * @throws NotFound for what is no training body, Stale when another version was saved since
 */
export async function saveProfile(
  deps: Dependencies,
  { structureId, version, by }: Change,
  profile: TrainingBodyProfile,
): Promise<void> {
  const { db, clock } = deps;
  await db.transaction(async (trx) => {
    const before = await getProfile({ db: trx }, structureId);
    const at = clock.now();
    if (!(await repository.saveProfile(trx, { structureId, version, profile, by, at }))) throw new Stale();
    await emit(deps, trx, 'training_body.changed', { structureId });
    await recordAudit(trx, {
      action: 'training_body_profile.updated',
      at,
      structureId,
      details: { fields: changedFields(before, profile).join(',') },
    });
  });
}

/** Replaces the picture of the stamp; null takes it away. @throws NotFound for what is no training body */
export async function saveStamp(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  { structureId, by }: Omit<Change, 'version'>,
  stamp: Buffer | null,
): Promise<void> {
  await db.transaction(async (trx) => {
    await getProfile({ db: trx }, structureId);
    const at = clock.now();
    await repository.saveStamp(trx, { structureId, stamp, by, at });
    await recordAudit(trx, {
      action: stamp ? 'training_body_profile.stamp_saved' : 'training_body_profile.stamp_removed',
      at,
      structureId,
    });
  });
}

const changedFields = (before: TrainingBodyProfile, after: TrainingBodyProfile): ProfileField[] =>
  profileFields.filter((field) => before[field] !== after[field]);
