import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { fingerprintOf } from '../../lheo/canonical.ts';
import { joinFormation, numberOf, splitFormation } from '../project/split.ts';
import { keepActions } from './actions.ts';
import { keepMeetings } from './meetings.ts';
import { findKept, type KeptOffer, keepOffers } from './offers.ts';
import { keepSessions } from './sessions.ts';
import type { Formation, Saved, Saving, Written } from './types.ts';

/**
 * Keeps formations as they are now, found again by the numbers of formation, action and session. What is the same is not
 * written. What a formation does not have any more is archived, save sessions where somebody has or waits for a seat: these
 * stay, and keep as many places as are held.
 * @param formations each number of a body once; those of different bodies may come together
 * @returns what became of each, in their order
 */
export async function saveFormations(
  trx: Knex.Transaction,
  formations: readonly Formation[],
  saving: Saving,
): Promise<Saved[]> {
  const all = formations.map(({ structureId, tree, warnings }): Written => {
    const split = splitFormation(tree);
    return {
      structureId,
      number: numberOf(tree),
      fingerprint: fingerprintOf(joinFormation(split)),
      split,
      warnings,
    };
  });
  // Whatever changes the offer of a body waits here for its turn.
  await lock(trx, { structures: all.map(({ structureId }) => structureId) });
  const kept = await findKept(trx, all);
  // One that was archived comes back, be it the same.
  const isSame = (one: Written, before: KeptOffer | undefined) =>
    before?.fingerprint.equals(one.fingerprint) && before.state !== 'archived';
  const written = all.filter((one, at) => !isSame(one, kept[at]));
  const ids = new Map<Written, number>();
  if (written.length > 0) {
    for (const [at, id] of (await keepOffers(trx, written, saving)).entries())
      ids.set(written[at] as Written, id);
    const known = new Set(all.filter((_, at) => kept[at]));
    await keepLevels(trx, written, { ids, known }, saving.now);
  }
  return all.map((one, at): Saved => {
    const before = kept[at];
    const offerId = ids.get(one) ?? before?.id;
    if (offerId === undefined) throw new Error(`formation ${one.number} was not kept`);
    return { offerId, verdict: ids.has(one) ? (before ? 'changed' : 'new') : 'unchanged' };
  });
}

async function keepLevels(
  trx: Knex.Transaction,
  written: readonly Written[],
  { ids, known }: { ids: ReadonlyMap<Written, number>; known: ReadonlySet<Written> },
  now: Date,
): Promise<void> {
  const actions = await keepActions(
    trx,
    written.map((one) => ({
      offerId: ids.get(one) as number,
      isNew: !known.has(one),
      actions: one.split.actions,
    })),
    now,
  );
  const sessions = await keepSessions(trx, actions);
  await keepMeetings(trx, sessions);
}

/** The same for one formation. */
export async function saveFormation(
  trx: Knex.Transaction,
  formation: Formation,
  saving: Saving,
): Promise<Saved> {
  const [saved] = await saveFormations(trx, [formation], saving);
  return saved as Saved;
}
