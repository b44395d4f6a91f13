import { type Audited, recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { Stale } from '#platform/versions.ts';
import { forgetDraft } from './drafts.ts';
import type { ListedSession, ManagedSession, SessionContent } from './repository.ts';
import * as repository from './repository.ts';
import { mayRewrite } from './rules.ts';

export type { ListedSession, ManagedSession, SessionContent } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;
type Trx = Parameters<typeof repository.lockAction>[0];

/** Which session of which action. */
export interface SessionKey {
  actionId: number;
  id: number;
}

/** One page of the sessions of an action, the latest first. */
export const listSessions = (
  { db, clock }: Deps,
  actionId: number,
  period: repository.Period,
  page: { limit: number; offset: number },
): Promise<ListedSession[]> => repository.findSessions(db, actionId, { period, now: clock.now() }, page);

/** @throws NotFound when the action has no such session */
export async function getSession(
  { db }: Pick<Dependencies, 'db'>,
  { actionId, id }: SessionKey,
): Promise<ManagedSession> {
  const session = await repository.findSession(db, actionId, id);
  if (!session) throw new NotFound();
  return session;
}

/**
 * Adds a session to an action, at once in the catalogue when the action is.
 * @param draftId of the draft that it comes from, which goes
 * @returns its number @throws NotFound, ReferenceTaken
 */
export async function addSession(
  deps: Deps,
  actionId: number,
  content: SessionContent,
  draftId?: number,
): Promise<number> {
  return deps.db.transaction(async (trx) => {
    if (!(await repository.lockAction(trx, actionId))) throw new NotFound();
    await checkReference(trx, content.reference, 0);
    const id = await repository.insertSession(trx, actionId, content, deps.clock.now());
    // Published in another window: once is enough.
    if (draftId !== undefined && !(await forgetDraft(trx, actionId, draftId)))
      throw new Conflict('Ce brouillon est déjà publié, ou supprimé.');
    await record(deps, trx, id, {
      action: 'training_session.created',
      details: { slots: content.slots.length },
    });
    return id;
  });
}

/**
 * Writes anew a session that nobody asked for: dates, place, seats.
 * @param version on which the form was opened
 * @throws NotFound, Conflict when somebody has asked for a place or it has begun, Stale when it was saved since, ReferenceTaken
 */
export async function rewriteSession(
  deps: Deps,
  key: SessionKey,
  version: number,
  content: SessionContent,
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const session = await lockToRewrite(deps, trx, key);
    if (session.version !== version) throw new Stale();
    await checkReference(trx, content.reference, key.id);
    await repository.updateSession(trx, key.id, content, deps.clock.now());
    await record(deps, trx, key.id, {
      action: 'training_session.updated',
      details: { slots: content.slots.length },
    });
  });
}

/**
 * Takes away a session that nobody asked for.
 * @throws NotFound, Conflict as {@link rewriteSession}, and where people were moved from it or written to
 */
export async function removeSession(deps: Deps, key: SessionKey): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await lockToRewrite(deps, trx, key);
    if (await repository.isInHistory(trx, key.id)) {
      throw new Conflict(
        'Des personnes ont été déplacées de cette session, ou y ont reçu un message\u00a0: leur historique en parle. Elle ne se supprime plus, annulez-la plutôt.',
      );
    }
    await repository.deleteSession(trx, key.id);
    await record(deps, trx, key.id, { action: 'training_session.deleted' });
  });
}

/** Another session has this reference. */
export class ReferenceTaken extends Conflict {
  override name = 'ReferenceTaken';
  constructor() {
    super('Une autre session porte déjà cette référence.');
  }
}

async function checkReference(trx: Trx, reference: string | null, id: number): Promise<void> {
  if (reference !== null && (await repository.isReferenceTaken(trx, reference, id)))
    throw new ReferenceTaken();
}

// Whoever asks for a place locks the action too: once it is held, the number of requests stays.
async function lockToRewrite({ clock }: Deps, trx: Trx, key: SessionKey): Promise<ManagedSession> {
  await repository.lockAction(trx, key.actionId);
  const session = await getSession({ db: trx }, key);
  const verdict = mayRewrite(session, clock.now());
  if (verdict !== true) throw new Conflict(verdict);
  return session;
}

const record = ({ clock }: Deps, trx: Trx, id: number, what: Audited): Promise<void> =>
  recordAudit(trx, { ...what, at: clock.now(), subject: { kind: 'session', id } });
