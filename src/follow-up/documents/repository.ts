import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query, whenRun } from '#platform/database/query.ts';
import { type DocumentOnList, ISSUED_ABOUT, withDates } from './issued/repository.ts';

/** A document of a session. */
export interface SessionDocument {
  id: number;
  title: string;
  bytes: number;
  addedAt: Date;
  addedBy: string;
}

/** The documents of a session, the latest first. */
export function findDocuments(db: Knex, sessionId: number): Promise<SessionDocument[]> {
  return db('session_documents as d')
    .join('users as u', 'u.id', 'd.added_by')
    .where('d.session_id', sessionId)
    .orderBy([
      { column: 'd.added_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .select({
      id: 'd.id',
      title: 'd.title',
      bytes: 'd.bytes',
      addedAt: 'd.added_at',
      addedBy: db.raw(`full_name(u)`),
    });
}

/** @returns undefined when the same file is there already */
export async function insertDocument(
  trx: Knex.Transaction,
  document: { sessionId: number; title: string; content: Uint8Array; sha256: string; at: Date; by: number },
): Promise<number | undefined> {
  const [row] = await trx('session_documents')
    .insert({
      session_id: document.sessionId,
      title: document.title,
      bytes: document.content.length,
      sha256: document.sha256,
      added_at: document.at,
      added_by: document.by,
    })
    .onConflict(['session_id', 'sha256'])
    .ignore()
    .returning('id');
  if (!row) return undefined;
  await trx('session_document_contents').insert({
    document_id: row.id,
    content: Buffer.from(document.content),
  });
  return row.id;
}

/** @returns how many went: 0 when the session has no such document */
export const deleteDocument = (trx: Knex.Transaction, sessionId: number, id: number): Promise<number> =>
  trx('session_documents').where({ id, session_id: sessionId }).delete();

/** How many documents a session has. */
export async function countDocuments(trx: Knex.Transaction, sessionId: number): Promise<number> {
  const [row] = await trx('session_documents').where({ session_id: sessionId }).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** A document with its bytes, whoever asks. */
export async function findContent(
  db: Knex,
  sessionId: number,
  id: number,
): Promise<{ title: string; content: Buffer } | undefined> {
  return db('session_documents as d')
    .join('session_document_contents as c', 'c.document_id', 'd.id')
    .where({ 'd.id': id, 'd.session_id': sessionId })
    .first('d.title', 'c.content');
}

/** The same for somebody with a seat, by their own enrolment; undefined for anybody else. */
export async function findOwnContent(
  db: Knex,
  { userId, enrolmentId, id }: { userId: number; enrolmentId: number; id: number },
): Promise<{ title: string; content: Buffer } | undefined> {
  return db('session_documents as d')
    .join('enrolments as e', 'e.session_id', 'd.session_id')
    .join('session_document_contents as c', 'c.document_id', 'd.id')
    .where({ 'd.id': id, 'e.id': enrolmentId, 'e.user_id': userId })
    .whereIn('e.state', [...CONFIRMED_STATES])
    .first('d.title', 'c.content');
}

/** What each of these enrolments gives to read: what was issued about it, and the documents of its session. */
export async function findForEnrolments(
  db: Knex,
  enrolmentIds: readonly number[],
): Promise<
  {
    enrolmentId: number;
    issued: DocumentOnList[];
    documents: { id: number; title: string; bytes: number }[];
  }[]
> {
  const rows = await query<Awaited<ReturnType<typeof findForEnrolments>>>(
    db,
    `select e.id as "enrolmentId", ${ISSUED_ABOUT} as issued,
            case when e.state = any(cast(:states as text[])) then
              (select coalesce(json_agg(json_build_object('id', d.id, 'title', d.title, 'bytes', d.bytes)
                                        order by d.added_at desc, d.id desc), '[]')
                 from session_documents d where d.session_id = e.session_id) else '[]' end as documents
       from enrolments e
      where e.id = any(cast(${whenRun('cast(:ids as int[])')} as int[]))`,
    { ids: [...enrolmentIds], states: [...CONFIRMED_STATES] },
  );
  return rows.map((row) => ({ ...row, issued: row.issued.map(withDates) }));
}
