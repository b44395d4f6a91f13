import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute } from '#platform/database/query.ts';

/** Locks an action until the end of the transaction: its documents are changed by it only. @returns whether it is there */
export async function lockAction(trx: Knex.Transaction, id: number): Promise<boolean> {
  await lock(trx, { actions: [id] });
  return (await trx('actions').where({ id }).first('id')) !== undefined;
}

/** Adds a document after the others. @returns its number; undefined when the same file is there already */
export async function insertDocument(
  trx: Knex.Transaction,
  document: { actionId: number; title: string; content: Uint8Array; sha256: string; at: Date },
): Promise<number | undefined> {
  const last = await trx('action_documents')
    .where({ action_id: document.actionId })
    .max({ position: 'position' })
    .first();
  const [row] = await trx('action_documents')
    .insert({
      action_id: document.actionId,
      title: document.title,
      position: (last?.position ?? 0) + 1,
      bytes: document.content.length,
      sha256: document.sha256,
      added_at: document.at,
    })
    .onConflict(['action_id', 'sha256'])
    .ignore()
    .returning('id');
  if (!row) return undefined;
  await trx('action_document_contents').insert({
    document_id: row.id,
    content: Buffer.from(document.content),
  });
  return row.id;
}

export async function countDocuments(trx: Knex.Transaction, actionId: number): Promise<number> {
  const [row] = await trx('action_documents').where({ action_id: actionId }).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** @returns whether the action has such a document */
export async function renameDocument(
  trx: Knex.Transaction,
  actionId: number,
  id: number,
  title: string,
): Promise<boolean> {
  return (await trx('action_documents').where({ id, action_id: actionId }).update({ title })) > 0;
}

/** Moves a document by one place; at the end of the list it stays. @returns whether the action has such a document */
export async function moveDocument(
  trx: Knex.Transaction,
  actionId: number,
  id: number,
  by: -1 | 1,
): Promise<boolean> {
  const ids: number[] = await trx('action_documents')
    .where({ action_id: actionId })
    .orderBy(['position', 'id'])
    .pluck('id');
  const from = ids.indexOf(id);
  if (from < 0) return false;
  ids.splice(Math.min(Math.max(from + by, 0), ids.length - 1), 0, ...ids.splice(from, 1));
  await execute(
    trx,
    `update action_documents d set position = o.place
       from unnest(cast(? as int[])) with ordinality o (id, place)
      where d.id = o.id and d.position <> o.place`,
    [ids],
  );
  return true;
}

/** Takes a document away for good, with its bytes. @returns whether the action had it */
export async function deleteDocument(trx: Knex.Transaction, actionId: number, id: number): Promise<boolean> {
  return (await trx('action_documents').where({ id, action_id: actionId }).delete()) > 0;
}
