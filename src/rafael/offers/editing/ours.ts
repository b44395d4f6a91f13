import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { rafaelSeat, rafaelSeatOf, rafaelSeatsOf, WrongSeat } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { CatalogueFormation, Which } from '../catalogue/repository.ts';
import { findOwner } from '../catalogue/repository.ts';
import { getFormation, type Keeper } from '../catalogue/service.ts';

/** Who writes: the person, for the body that they act for. */
export const keeperOf = (req: Request): Keeper => ({
  structureId: rafaelSeatOf(req).structureId,
  userId: actorOf(req).userId,
});

/**
 * A formation of the body that the person acts for.
 * @throws NotFound; WrongSeat for that of another body of theirs, whose catalogue they keep too
 */
export const ourFormation = (
  { db }: Pick<Dependencies, 'db'>,
  req: Request,
  which: Which,
): Promise<CatalogueFormation> =>
  ours(db, req, which, () => getFormation({ db }, rafaelSeatOf(req).structureId, which));

/** Does something with a formation, of which {@link ourFormation} says where it is not the one's that one acts for. */
export async function ours<T>(
  db: Dependencies['db'],
  req: Request,
  which: Which,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const owner = await findOwner(db, which);
    const able = rafaelSeatsOf(actorOf(req)).filter(
      ({ structureId, keepsCatalogue }) => keepsCatalogue && structureId === owner,
    );
    if (able.length === 0) throw error;
    throw new WrongSeat(rafaelSeat(req), able, req.method === 'GET' ? req.originalUrl : undefined);
  }
}
