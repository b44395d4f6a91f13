import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { freeSlug, slugOf } from '#platform/french/slug.ts';
import { lastPosition, lockOrder, moveInOrder } from '#platform/order.ts';
import { LabelTaken, Stale } from '#platform/versions.ts';
import type { Kind } from './repository.ts';
import * as repository from './repository.ts';
import { type KindRules, kindChanges } from './rules.ts';

export type { Kind } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;
/** What the form gives. */
export type KindInput = KindRules & { label: string };

/** Every kind in the order of the agency, with how many actions it has. */
export const listKinds = ({ db }: Pick<Dependencies, 'db'>) => repository.findKinds(db);

/** @throws NotFound when there is none of this number */
export async function getKind(
  { db }: Pick<Dependencies, 'db'>,
  id: number,
): Promise<Kind & { actions: number }> {
  const kind = await repository.findKind(db, id);
  if (!kind) throw new NotFound();
  return kind;
}

/** What saving these rules would change, for whom; nothing is written. @throws NotFound */
export async function previewKind({ db }: Pick<Dependencies, 'db'>, id: number, rules: KindRules) {
  return kindChanges(await getKind({ db }, id), rules, await repository.findUse(db, id));
}

/** Adds a kind after the others. @throws LabelTaken */
export async function addKind({ db, clock }: Deps, kind: KindInput): Promise<void> {
  await db.transaction(async (trx) => {
    await lockOrder(trx, 'action_kinds');
    if (await repository.isLabelTaken(trx, kind.label, 0)) throw new LabelTaken();
    const code = freeSlug(slugOf(kind.label) || 'type', new Set(await repository.findCodes(trx)));
    const position = await lastPosition(trx, 'action_kinds');
    const id = await repository.insertKind(trx, kind, { code, position });
    await recordAudit(trx, { action: 'kind.created', at: clock.now(), subject: { kind: 'action_kind', id } });
  });
}

/** Saves a kind; its address in searches stays. @throws NotFound, LabelTaken, Stale when another version was saved since */
export async function saveKind(
  { db, clock }: Deps,
  { id, version }: { id: number; version: number },
  kind: KindInput,
): Promise<void> {
  await db.transaction(async (trx) => {
    await lockOrder(trx, 'action_kinds');
    await getKind({ db: trx }, id);
    if (await repository.isLabelTaken(trx, kind.label, id)) throw new LabelTaken();
    if (!(await repository.updateKind(trx, { id, version, ...kind }))) throw new Stale();
    const { label: _, ...rules } = kind;
    await recordAudit(trx, {
      action: 'kind.updated',
      at: clock.now(),
      subject: { kind: 'action_kind', id },
      details: { ...rules },
    });
  });
}

/** Moves a kind by one place in the lists. @throws NotFound */
export async function moveKind({ db }: Pick<Dependencies, 'db'>, id: number, by: -1 | 1): Promise<void> {
  const isThere = await db.transaction((trx) => moveInOrder(trx, 'action_kinds', id, by));
  if (!isThere) throw new NotFound();
}

/** Takes away a kind that no action has. @throws NotFound, Conflict when one has it */
export async function removeKind({ db, clock }: Deps, id: number): Promise<void> {
  await db.transaction(async (trx) => {
    const { actions } = await getKind({ db: trx }, id);
    if (actions > 0 || (await repository.deleteUnusedKind(trx, id)) === 0)
      throw new Conflict('Des actions sont de ce type\u00a0: changez d’abord leur type.');
    await recordAudit(trx, { action: 'kind.deleted', at: clock.now(), subject: { kind: 'action_kind', id } });
  });
}
