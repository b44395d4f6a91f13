import type { Knex } from 'knex';
import { NotFound } from '../../platform/errors.ts';
import { parisDay } from '../../platform/french/time.ts';
import { RequestDecided } from '../../requests/deciders.ts';
import { findUpdate, type StructureUpdate } from './repository.ts';

/** Why nothing can be asked for a closed establishment, and what to do. */
export const CLOSED =
  'Cet établissement est fermé\u00a0: ses renseignements ne changent plus. Si la structure a un nouveau SIRET, demandez son référencement.';

/** A request, decided or not. @throws NotFound when there is none */
export async function getUpdate(db: Knex, requestId: number, now: Date): Promise<StructureUpdate> {
  const update = await findUpdate(db, requestId, parisDay(now).toString());
  if (!update) throw new NotFound();
  return update;
}

/** The request when it waits. @throws RequestDecided naming who decided and when; NotFound when there is none */
export function pendingUpdate(update: StructureUpdate | undefined): StructureUpdate {
  if (!update) throw new NotFound();
  const { state, structureName, deciderName: by, decidedAt: at } = update;
  if (state === 'pending') return update;
  const decision = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'retirée' }[state];
  throw new RequestDecided(`La demande pour ${structureName}`, { decision, by, at });
}
