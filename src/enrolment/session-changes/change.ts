import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import type { Doer } from '../doer.ts';
import { lockForSession, transactionAt } from '../locks.ts';
import { mayStillAct } from '../repository.ts';
import { findSession, type SessionToChange } from './repository.ts';

/** The session was changed while the form was open; nothing was written. */
export class SessionChanged extends Conflict {
  override name = 'SessionChanged';
  constructor() {
    super('La session a été modifiée entre-temps. Relisez-la, puis enregistrez de nouveau.');
  }
}

/** @throws SessionChanged where the form was opened on another version; a change without a form says none */
export function refuseStale({ version }: SessionToChange, openedOn: number | undefined): void {
  if (openedOn !== undefined && openedOn !== version) throw new SessionChanged();
}

/**
 * Runs a change of a whole session in one transaction: locks its action (and the people that the change counts about),
 * reads the session again, and checks that whoever acts still may: the training body of the action, or the agency.
 * @param peopleOf whose rights and structures the change counts on, read before they are locked
 * @throws NotFound for an unknown session; Forbidden for anybody else
 */
export async function changeSession<T>(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  work: (trx: Knex.Transaction, session: SessionToChange) => Promise<T>,
  peopleOf?: (trx: Knex.Transaction) => Promise<{ userId: number; structureId: number }[]>,
): Promise<T> {
  const known = await findSession(deps.db, sessionId);
  if (!known) throw new NotFound();
  return transactionAt(deps, known.actionId, async (trx) => {
    const people = (await peopleOf?.(trx)) ?? [];
    await lockForSession(trx, {
      actionId: known.actionId,
      userIds: people.map(({ userId }) => userId),
      structureIds: people.map(({ structureId }) => structureId),
    });
    const session = (await findSession(trx, sessionId)) as SessionToChange;
    const isManager = by.role === 'provider' || by.role === 'agency';
    const keys = { userId: 0, structureId: 0, actionId: session.actionId, sessionId };
    if (!isManager || !(await mayStillAct(trx, by, keys))) {
      throw new Forbidden('Vous n’avez plus le droit de gérer cette session. Rien n’a été enregistré.');
    }
    return work(trx, session);
  });
}
