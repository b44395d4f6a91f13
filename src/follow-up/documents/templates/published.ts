import type { Knex } from 'knex';

/** The wording of a kind of document. */
export interface PublishedTemplate {
  id: number;
  version: number;
  /** Markdown with fields in braces. */
  body: string;
}

/** The published wording of a kind, the latest; undefined while there is none. */
export function findPublishedTemplate(db: Knex, kind: string): Promise<PublishedTemplate | undefined> {
  return db('document_templates')
    .where({ kind })
    .whereNotNull('published_at')
    .orderBy('version', 'desc')
    .first('id', 'version', 'body');
}
