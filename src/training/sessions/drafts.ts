import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { lockAction } from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** A session that is being prepared: what its form held. Nothing of it is checked until it is published. */
export interface SessionDraft {
  id: number;
  fields: Record<string, string>;
  savedAt: Date;
}

/** As many drafts as one action has. */
const MOST_DRAFTS = 20;
/** As long as one field is kept: the half-days of a session. */
const LONGEST_FIELD = 12_000;

const columns = { id: 'id', fields: 'fields', savedAt: 'saved_at' };

/** @throws NotFound when the action has no such draft */
export async function getDraft(
  { db }: Pick<Deps, 'db'>,
  actionId: number,
  id: number,
): Promise<SessionDraft> {
  const draft = await db('session_drafts').where({ action_id: actionId, id }).first(columns);
  if (!draft) throw new NotFound();
  return draft;
}

/**
 * Keeps a form for later, as it is.
 * @param id of the draft that it was opened from; one that is gone meanwhile is made again
 * @throws NotFound for an unknown action; Conflict when it has as many drafts as it may
 */
export async function saveDraft(
  { db, clock }: Deps,
  actionId: number,
  values: Readonly<Record<string, string>>,
  id?: number,
): Promise<void> {
  // What PostgreSQL cannot hold is not kept; the form says what is wrong when it is published.
  const fields = JSON.stringify(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        // A sign of two halves cut in the middle is no text.
        value.slice(0, LONGEST_FIELD).replaceAll('\0', '').toWellFormed(),
      ]),
    ),
  );
  await db.transaction(async (trx) => {
    if (!(await lockAction(trx, actionId))) throw new NotFound();
    const at = clock.now();
    const isThere =
      id !== undefined &&
      (await trx('session_drafts').where({ id, action_id: actionId }).update({ fields, saved_at: at })) > 0;
    if (!isThere) {
      const others = await trx('session_drafts').where({ action_id: actionId }).count({ count: '*' }).first();
      if (Number(others?.count) >= MOST_DRAFTS)
        throw new Conflict(
          `Une action a ${MOST_DRAFTS} brouillons de session au plus\u00a0: publiez-en ou supprimez-en.`,
        );
      await trx('session_drafts').insert({ action_id: actionId, fields, saved_at: at });
    }
    await recordAudit(trx, {
      action: 'training_session.drafted',
      at,
      subject: { kind: 'action', id: actionId },
    });
  });
}

/** Gives a draft up. @throws NotFound when the action has no such draft */
export async function deleteDraft({ db }: Pick<Deps, 'db'>, actionId: number, id: number): Promise<void> {
  if (!(await forgetDraft(db, actionId, id))) throw new NotFound();
}

/** Takes away a draft that has become a session. @returns whether it was there */
export async function forgetDraft(db: Knex, actionId: number, id: number): Promise<boolean> {
  return (await db('session_drafts').where({ id, action_id: actionId }).delete()) > 0;
}
