import type { Knex } from 'knex';

/** A file of an action or a session as the database has it. */
export interface DocumentRow {
  id: number;
  title: string;
  bytes: number;
  sha256: string;
}

/** Files without content, as many as asked for. */
const empty = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    title: `Document ${index}`,
    bytes: 1,
    sha256: String(index),
    added_at: new Date(),
  }));

/** The files of an action, in their order. */
export const documentsOfAction = (db: Knex, actionId: number): PromiseLike<DocumentRow[]> =>
  db('action_documents').where({ action_id: actionId }).orderBy(['position', 'id']);

/** Adds files to an action, after those of before. @returns their ids, in their order */
export async function addActionDocuments(db: Knex, actionId: number, count: number): Promise<number[]> {
  const { length: before } = await documentsOfAction(db, actionId);
  const added = await db('action_documents').insert(
    empty(count).map((file, index) => ({ ...file, position: before + index, action_id: actionId })),
    'id',
  );
  return added.map(({ id }) => id);
}

/** Whether the content of an action's file is kept. */
export const isActionFileKept = async (db: Knex, id: number): Promise<boolean> =>
  (await db('action_document_contents').where({ document_id: id })).length > 0;

/** The files of a session, oldest first. */
export const documentsOfSession = (db: Knex, sessionId: number): PromiseLike<DocumentRow[]> =>
  db('session_documents').where({ session_id: sessionId }).orderBy('id');

/** Adds files to a session; those of before stay. */
export async function addSessionDocuments(
  db: Knex,
  sessionId: number,
  count: number,
  addedBy: number,
): Promise<void> {
  await db('session_documents').insert(
    empty(count).map((file) => ({ ...file, session_id: sessionId, added_by: addedBy })),
  );
}

/** Takes those of {@link addSessionDocuments} away again. */
export async function forgetAddedDocuments(db: Knex): Promise<void> {
  await db('session_documents').whereLike('title', 'Document %').delete();
}

/** Whether the content of a session's file is kept. */
export const isSessionFileKept = async (db: Knex, id: number): Promise<boolean> =>
  (await db('session_document_contents').where({ document_id: id })).length > 0;

/** Gives a session a file of one byte. @returns its id */
export async function createSessionDocument(db: Knex, sessionId: number, addedBy: number): Promise<number> {
  await addSessionDocuments(db, sessionId, 1, addedBy);
  const [{ id }] = (await documentsOfSession(db, sessionId)).slice(-1) as [DocumentRow];
  await db('session_document_contents').insert({ document_id: id, content: Buffer.alloc(1) });
  return id;
}

/** Gives an action a file of one byte. @returns its id */
export async function createActionDocument(db: Knex, actionId: number): Promise<number> {
  const [id] = (await addActionDocuments(db, actionId, 1)) as [number];
  await db('action_document_contents').insert({ document_id: id, content: Buffer.alloc(1) });
  return id;
}
