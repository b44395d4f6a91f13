import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { freeSlug, slugOf } from '#platform/french/slug.ts';
import { lastPosition, lockOrder, moveInOrder } from '#platform/order.ts';
import { LabelTaken, Stale } from '#platform/versions.ts';
import type { Theme } from './repository.ts';
import * as repository from './repository.ts';

export type { Theme } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;
const subject = (id: number) => ({ kind: 'theme', id });

/** Every theme in the order of the agency. */
export const listThemes = ({ db }: Pick<Dependencies, 'db'>): Promise<Theme[]> => repository.findThemes(db);

/** @throws NotFound when there is none of this number */
export async function getTheme({ db }: Pick<Dependencies, 'db'>, id: number): Promise<Theme> {
  const theme = await repository.findTheme(db, id);
  if (!theme) throw new NotFound();
  return theme;
}

/** Adds a theme after the others. @throws LabelTaken */
export async function addTheme({ db, clock }: Deps, label: string): Promise<void> {
  await db.transaction(async (trx) => {
    await lockOrder(trx, 'themes');
    if (await repository.isLabelTaken(trx, label, 0)) throw new LabelTaken();
    const slug = freeSlug(slugOf(label) || 'theme', new Set(await repository.findSlugs(trx)));
    const id = await repository.insertTheme(trx, {
      label,
      slug,
      position: await lastPosition(trx, 'themes'),
    });
    await recordAudit(trx, { action: 'theme.created', at: clock.now(), subject: subject(id) });
  });
}

/** Gives a theme another name; its address in searches stays. @throws NotFound, LabelTaken, Stale */
export async function editTheme(
  { db, clock }: Deps,
  { id, version }: { id: number; version: number },
  label: string,
): Promise<void> {
  await db.transaction(async (trx) => {
    await lockOrder(trx, 'themes');
    await getTheme({ db: trx }, id);
    if (await repository.isLabelTaken(trx, label, id)) throw new LabelTaken();
    if (!(await repository.renameTheme(trx, id, version, label))) throw new Stale();
    await recordAudit(trx, { action: 'theme.updated', at: clock.now(), subject: subject(id) });
  });
}

/** Moves a theme by one place in the lists. @throws NotFound */
export async function moveTheme({ db }: Pick<Dependencies, 'db'>, id: number, by: -1 | 1): Promise<void> {
  const isThere = await db.transaction((trx) => moveInOrder(trx, 'themes', id, by));
  if (!isThere) throw new NotFound();
}

/**
 * Gives every action of a theme to another one, and takes the first away.
 * @returns the theme that stays, and how many actions it received
 * @throws NotFound, Conflict when both are the same or an action arrives meanwhile
 */
export async function mergeTheme(
  { db, clock }: Deps,
  id: number,
  intoId: number,
): Promise<{ into: Theme; actions: number }> {
  return db.transaction(async (trx) => {
    await lockOrder(trx, 'themes');
    await getTheme({ db: trx }, id);
    const into = await getTheme({ db: trx }, intoId);
    if (id === intoId) throw new Conflict('Choisissez un autre thème.');
    const actions = await repository.moveActions(trx, id, intoId);
    if ((await repository.deleteUnusedTheme(trx, id)) === 0)
      throw new Conflict('Une action vient de recevoir ce thème\u00a0: recommencez.');
    await recordAudit(trx, {
      action: 'theme.merged',
      at: clock.now(),
      subject: subject(id),
      details: { into: intoId, actions },
    });
    return { into, actions };
  });
}

/** Takes away a theme that no action has. @throws NotFound, Conflict when one has it */
export async function removeTheme({ db, clock }: Deps, id: number): Promise<void> {
  await db.transaction(async (trx) => {
    const { actions } = await getTheme({ db: trx }, id);
    if (actions > 0 || (await repository.deleteUnusedTheme(trx, id)) === 0)
      throw new Conflict('Des actions portent ce thème\u00a0: réunissez-le plutôt à un autre.');
    await recordAudit(trx, { action: 'theme.deleted', at: clock.now(), subject: subject(id) });
  });
}
