import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { readPng } from '#platform/files/png.ts';
import { Stale } from '#platform/versions.ts';
import type { Model, Words } from './repository.ts';
import * as repository from './repository.ts';

export type { ListedModel, Model } from './repository.ts';
export { findActions, findImage, findKinds, findModels, isForAction } from './repository.ts';

/** What the picture of a badge may be: bytes at most, and pixels of each side. */
export const PICTURE = Object.freeze({ bytes: 300_000, least: 90, most: 2000 });

/** A picture that is not taken, in words for whoever sends it. */
export class PictureRefused extends Conflict {
  override name = 'PictureRefused';
}

/**
 * The picture of a badge as it is kept: a square PNG without anything that does not draw it.
 * @throws PictureRefused with what is wrong
 */
export function soundPicture(sent: Uint8Array): Buffer {
  const { bytes, least, most } = PICTURE;
  const read = readPng(sent, { bytes, width: most, height: most });
  if ('fault' in read) throw new PictureRefused(read.fault);
  const { width, height } = read;
  if (width !== height || width < least) {
    throw new PictureRefused(
      `Cette image fait ${width}\u00a0×\u00a0${height}\u00a0pixels\u00a0: donnez-en une carrée, d’au moins ${least}\u00a0pixels de côté.`,
    );
  }
  return read.bytes;
}

/** A model as its form gives it; the picture is kept where none is sent. */
export interface ModelDraft extends Words {
  kindIds: readonly number[];
  image?: Uint8Array;
}

/** @throws NotFound when there is none of this number */
export async function getModel(db: Knex, id: number): Promise<Model> {
  const model = await repository.findModel(db, id);
  if (!model) throw new NotFound();
  return model;
}

/** A version of a model, the present one when none is named. @throws NotFound */
export async function getVersion(db: Knex, modelId: number, version?: number) {
  const found = await repository.findVersion(db, modelId, version);
  if (!found) throw new NotFound();
  return found;
}

/**
 * Makes a model, whose first version is there at once.
 * @returns its number
 * @throws PictureRefused for a picture that is not taken
 */
export async function addModel(
  { db, clock }: Dependencies,
  by: number,
  { kindIds, image, ...words }: ModelDraft & { image: Uint8Array },
): Promise<number> {
  const picture = soundPicture(image);
  return db.transaction(async (trx) => {
    const at = clock.now();
    const id = await repository.insertModel(trx, at);
    await repository.insertVersion(trx, id, { ...words, image: picture }, { at, by });
    await repository.setKinds(trx, id, kindIds);
    await recordAudit(trx, { action: 'badge_model.created', at, subject: { kind: 'badge_model', id } });
    return id;
  });
}

/**
 * Saves a model. Other words or another picture are a new version; badges that were given keep theirs.
 * @returns the version that is now the present one
 * @throws Stale when somebody else has changed it since; PictureRefused, NotFound
 */
export async function saveModel(
  { db, clock }: Dependencies,
  by: number,
  { id, lockVersion }: { id: number; lockVersion: number },
  { kindIds, image, ...words }: ModelDraft,
): Promise<number> {
  const picture = image && soundPicture(image);
  return db.transaction(async (trx) => {
    if (!(await repository.takeVersion(trx, id, lockVersion))) throw new Stale();
    const at = clock.now();
    const before = await getVersion(trx, id);
    const isSame =
      !picture &&
      (['name', 'description', 'criteria'] as const).every((part) => words[part] === before[part]);
    const version = isSame
      ? before.version
      : await repository.insertVersion(trx, id, { ...words, image: picture }, { at, by });
    await repository.setKinds(trx, id, kindIds);
    await noteUpdate(trx, id, version, at);
    return version;
  });
}

const noteUpdate = (trx: Knex.Transaction, id: number, version: number, at: Date) =>
  recordAudit(trx, {
    action: 'badge_model.updated',
    at,
    subject: { kind: 'badge_model', id },
    details: { version },
  });

/** Ends the asking for a badge, or opens it again; what was given stays good. @throws NotFound */
export async function retireModel(
  { db, clock }: Dependencies,
  id: number,
  isRetired: boolean,
): Promise<void> {
  await db.transaction(async (trx) => {
    await getModel(trx, id);
    const at = clock.now();
    if (!(await repository.setRetired(trx, id, isRetired ? at : null))) return;
    await recordAudit(trx, {
      action: isRetired ? 'badge_model.retired' : 'badge_model.resumed',
      at,
      subject: { kind: 'badge_model', id },
    });
  });
}

/** Adds an action to those that a badge is given for, or takes it out. @throws NotFound where nothing is changed */
export async function changeActions(
  { db, clock }: Dependencies,
  modelId: number,
  actionId: number,
  change: 'add' | 'remove',
): Promise<void> {
  await db.transaction(async (trx) => {
    const { version } = await getVersion(trx, modelId);
    const isChanged =
      change === 'add'
        ? await repository.addAction(trx, modelId, actionId)
        : (await repository.removeAction(trx, modelId, actionId)) > 0;
    if (!isChanged) throw new NotFound();
    await noteUpdate(trx, modelId, version, clock.now());
  });
}
