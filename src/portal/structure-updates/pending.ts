import type { Knex } from 'knex';
import { Conflict, NotFound } from '../../platform/errors.ts';
import { formatDateTime, parisDay } from '../../platform/time.ts';
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

/** @throws Conflict naming who decided and when, where a request does not wait any more */
export function refuseUnlessPending(update: StructureUpdate): void {
  if (update.state === 'pending') return;
  const decision = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'retirée' }[update.state];
  const by = update.deciderName ? ` par ${update.deciderName}` : '';
  const at = update.decidedAt ? ` le ${formatDateTime(update.decidedAt)}` : '';
  throw new Conflict(
    `La demande pour ${update.structureName} est déjà ${decision}${by}${at}. Rien n’a été changé.`,
    'Demande déjà traitée',
  );
}
