import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A document of an action, without its bytes. */
export interface ActionDocument {
  id: number;
  title: string;
  bytes: number;
  sha256: string;
}

const columns = { id: 'd.id', title: 'd.title', bytes: 'd.bytes', sha256: 'd.sha256' };

/** The documents of an action, in the order that the agency chose. */
export const findDocuments = (db: Knex, actionId: number): Promise<ActionDocument[]> =>
  db('action_documents as d').where('d.action_id', actionId).orderBy(['d.position', 'd.id']).select(columns);

/** A document of an action, whoever asks; undefined when it has none of this number. */
export const findDocument = (db: Knex, actionId: number, id: number): Promise<ActionDocument | undefined> =>
  db('action_documents as d').where({ 'd.action_id': actionId, 'd.id': id }).first(columns);

/** A document of an action that the public may see; undefined when the address names none. */
export async function findPublicDocument(
  db: Knex,
  slug: string,
  id: number,
  now: Date,
): Promise<ActionDocument | undefined> {
  const rows = await query<ActionDocument[]>(
    db,
    `select d.id, d.title, d.bytes, d.sha256
       from action_documents d join actions a on a.id = d.action_id
      where d.id = :id and a.slug = :slug and is_public(a, :now)`,
    { id, slug, now },
  );
  return rows[0];
}

/** The bytes of a document; undefined when it was taken away meanwhile. */
export async function findContent(db: Knex, id: number): Promise<Buffer | undefined> {
  return (await db('action_document_contents').where({ document_id: id }).first('content'))?.content;
}
