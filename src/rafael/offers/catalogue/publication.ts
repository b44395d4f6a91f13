import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import { execute } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { parisDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { type Fault, faultsOf } from './faults.ts';
import type { Step } from './presentation.ts';
import type { CatalogueFormation, KeptAction } from './repository.ts';
import { getFormation, type Keeper } from './service.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

const STEPS = {
  publier: { from: ['draft'], action: 'offer.published' },
  depublier: { from: ['published'], action: 'offer.unpublished' },
  archiver: { from: ['draft', 'published'], action: 'offer.archived' },
  reprendre: { from: ['archived'], action: 'offer.restored' },
  supprimer: { from: ['draft'], action: 'offer.deleted' },
} as const;

/** The steps that a formation's page offers, and the rule that its POST follows. */
export const stepsOf = ({ state, publishedAt, actions }: CatalogueFormation): Step[] =>
  (Object.keys(STEPS) as Step[]).filter(
    (step) =>
      (STEPS[step].from as readonly string[]).includes(state) &&
      // What others have seen, or somebody counts on, is archived instead.
      (step !== 'supprimer' || (publishedAt === null && heldIn(actions) === 0)),
  );

/** How many people have a place in these actions, or wait for one. */
export const heldIn = (actions: readonly Pick<KeptAction, 'sessions'>[]): number =>
  actions.flatMap(({ sessions }) => sessions).reduce((sum, one) => sum + one.seatsHeld + one.waiting, 0);

const SETS: Readonly<Record<Step, string>> = {
  publier: `state = 'published', published_at = :now, confirmed_at = :now`,
  depublier: `state = 'draft'`,
  archiver: `state = 'archived', archived_at = :now`,
  reprendre: `state = 'draft', archived_at = null`,
  supprimer: '',
};

/**
 * Does a step. @returns what keeps the formation from being published; nothing is changed then
 * @throws NotFound, and Conflict where its state, or somebody who counts on it, stands against it
 */
export async function takeStep(
  { db, clock }: Deps,
  { structureId, userId }: Keeper,
  offerId: number,
  step: Step,
): Promise<Fault[]> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const formation = await getFormation({ db: trx }, structureId, { offerId });
    if (!stepsOf(formation).includes(step)) {
      throw new Conflict('La formation a changé d’état entre-temps\u00a0: rouvrez sa page.');
    }
    const now = clock.now();
    if (step === 'publier') {
      const { rejects } = faultsOf(formation, parisDay(now).toString());
      if (rejects.length > 0) return rejects;
    }
    if (step === 'archiver') refuseWhereHeld(heldIn(formation.actions), 'la formation');
    if (step === 'supprimer') await execute(trx, 'delete from offers where id = ?', [offerId]);
    else {
      await execute(
        trx,
        `update offers set ${SETS[step]}, updated_at = :now, updated_by = :userId, version = version + 1
          where id = :offerId`,
        { now, userId, offerId },
      );
    }
    await recordAudit(trx, {
      action: STEPS[step].action,
      at: now,
      structureId,
      subject: { kind: 'offer', id: offerId },
    });
    return [];
  });
}

/** @throws Conflict where somebody has a place, or waits for one */
export function refuseWhereHeld(held: number, what: string): void {
  if (held === 0) return;
  throw new Conflict(
    `${plural(held, 'personne a', 'personnes ont')} une place dans ${what} ou l’${held > 1 ? 'attendent' : 'attend'}\u00a0: annulez d’abord la session, ou répondez-leur.`,
  );
}

/** Says that formations are still right. @param offerIds of which those that are not this body's, or not published, are left out @returns how many */
export async function confirmOffers(
  { db, clock }: Deps,
  { structureId, userId }: Keeper,
  offerIds: readonly number[],
): Promise<number> {
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const now = clock.now();
    const confirmed = await execute(
      trx,
      `update offers set confirmed_at = :now, updated_by = :userId
        where structure_id = :structureId and id = any (cast(:offerIds as int[])) and state = 'published'`,
      { now, userId, structureId, offerIds: [...offerIds] },
    );
    if (confirmed > 0) {
      await recordAudit(trx, {
        action: 'offers.confirmed',
        at: now,
        structureId,
        details: { formations: confirmed },
      });
    }
    return confirmed;
  });
}
