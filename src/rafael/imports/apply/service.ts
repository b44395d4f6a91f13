import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { saveFormations } from '../../offers/saving/save.ts';
import { catalogueMark, findTaken } from '../plan/repository.ts';
import { withTakenKept } from '../plan/seats.ts';
import type { HeldPlan } from './repository.ts';
import * as repository from './repository.ts';

/** Formations written at once. */
const PART = 100;

/** What applying a plan did. */
export interface Applied {
  added: number;
  changed: number;
  /** Missing from the file, and archived. */
  archived: number;
  /** Missing from the file, and left: somebody has or waits for a seat there. */
  left: number;
}

/** The catalogue is not what it was when the plan was made; nothing was written. */
export class PlanStale extends Conflict {
  override name = 'PlanStale';
  constructor() {
    super(
      'Le catalogue a changé depuis que ce plan a été préparé. Rien n’a été enregistré\u00a0: envoyez de nouveau le fichier.',
      'Ce plan n’est plus à jour',
    );
  }
}

/** Who applies a plan, and how. */
export interface Applying {
  importId: number;
  /** The body that applies its own plan; null for the agency and a file of several bodies. */
  structureId: number | null;
  userId: number;
  /** Whether the file says all: what it leaves out is archived. */
  complete: boolean;
  /** Whether what is new is published. */
  publish: boolean;
}

/**
 * Does what a plan says, all or nothing, under the locks of its bodies: their catalogues are compared with those of the day
 * it was made, and nothing is written where they differ.
 * @throws NotFound for no plan of theirs; Conflict for one that was applied or forgotten; PlanStale where the catalogue changed
 */
export async function applyImport(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  applying: Applying,
): Promise<Applied> {
  const { db } = deps;
  const { importId, structureId } = applying;
  const structureIds = await repository.findBodiesOf(db, importId, structureId);
  try {
    return await db.transaction(async (trx) => {
      await lock(trx, { structures: structureIds });
      const plan = await repository.holdPlan(trx, importId);
      if (plan?.structureId !== structureId) throw new NotFound();
      refuseUnlessPlanned(plan);
      if (!plan.mark.equals(await catalogueMark(trx, structureIds))) throw new PlanStale();
      return carryOut(deps, trx, plan, applying);
    });
  } catch (error) {
    if (error instanceof PlanStale) await repository.markStale(db, importId);
    throw error;
  }
}

function refuseUnlessPlanned({ state, isPurged }: HeldPlan): void {
  if (state === 'applied') throw new Conflict('Cet import est déjà appliqué.');
  if (isPurged) throw new Conflict('Ce plan a plus de 30\u00a0jours\u00a0: envoyez de nouveau le fichier.');
  if (state !== 'planned') throw new PlanStale();
}

async function carryOut(
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  { structureId, counts }: HeldPlan,
  { importId, userId, complete, publish }: Applying,
): Promise<Applied> {
  const now = clock.now();
  const source = structureId === null ? 'agency' : 'import';
  for (let after = 0; ; ) {
    const part = await repository.findWork(trx, importId, { after, limit: PART });
    if (part.length > 0)
      await saveFormations(trx, await withSeatsKept(trx, part), { source, userId, now, publish });
    if (part.length < PART) break;
    after = part.at(-1)?.position ?? 0;
  }
  const archived = complete ? await repository.archiveMissing(trx, importId, { userId, now }) : 0;
  const done: Applied = {
    added: counts.new,
    changed: counts.changed,
    archived,
    left: complete ? counts.missing - archived : 0,
  };
  await repository.finishImport(trx, importId, {
    complete,
    publish,
    now,
    counts: { ...counts, applied: done },
  });
  await recordAudit(trx, {
    action: 'offers.imported',
    at: now,
    actorId: userId,
    structureId: structureId ?? undefined,
    subject: { kind: 'offer_import', id: importId },
    details: {
      read: counts.read,
      added: done.added,
      updated: done.changed,
      archived,
      rejected: counts.rejected,
    },
  });
  return done;
}

/** A formation of a file, and the one of the catalogue that it changes. */
interface FreshFormation {
  structureId: number;
  offerId: number | null;
  tree: LheoElement;
  /** How many things in it are worth a look, where they are counted. */
  warnings?: number;
}

/** The trees of a file, with the seats that people have by now. */
export async function withSeatsKept(
  trx: Knex,
  formations: readonly FreshFormation[],
): Promise<Omit<FreshFormation, 'offerId'>[]> {
  const known = formations.flatMap(({ offerId }) => offerId ?? []);
  const taken = Map.groupBy(await findTaken(trx, known), ({ offerId }) => offerId);
  return formations.map(({ offerId, tree, ...rest }) => ({
    ...rest,
    tree: withTakenKept(tree, taken.get(offerId ?? 0) ?? []).tree,
  }));
}
