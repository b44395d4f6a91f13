import type { Knex } from 'knex';
import { lockName } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';

/** A reason that the agency has written once. */
export interface ReplyTemplate {
  id: number;
  kind: string;
  title: string;
  body: string;
}

/** The templates of one kind of request, or of all, in their order. */
export function findTemplates(db: Knex, kind?: string): Promise<ReplyTemplate[]> {
  const query = db('reply_templates')
    .select('id', 'kind', 'title', 'body')
    .orderBy(['kind', 'position', 'id']);
  return kind === undefined ? query : query.where({ kind });
}

export function findTemplate(db: Knex, id: number): Promise<ReplyTemplate | undefined> {
  return db('reply_templates').where({ id }).first('id', 'kind', 'title', 'body');
}

/** Until the end of the transaction, the templates of this kind are added, moved and taken away by it only. */
export async function lockTemplates(trx: Knex.Transaction, kind: string): Promise<void> {
  await lockName(trx, 'reply templates', kind);
}

/** @returns the new template's number; it comes last */
export async function insertTemplate(
  trx: Knex.Transaction,
  template: Omit<ReplyTemplate, 'id'>,
  at: Date,
): Promise<number> {
  const rows = await query<{ id: number }[]>(
    trx,
    `insert into reply_templates (kind, title, body, position, updated_at)
     select :kind, :title, :body, coalesce(max(position) + 1, 0), cast(:at as timestamptz)
       from reply_templates where kind = :kind returning id`,
    { ...template, at },
  );
  return rows[0]?.id as number;
}

/** @returns how many: none when there is none of this number */
export function updateTemplate(
  trx: Knex,
  id: number,
  { title, body }: Pick<ReplyTemplate, 'title' | 'body'>,
  at: Date,
): Promise<number> {
  return trx('reply_templates').where({ id }).update({ title, body, updated_at: at });
}

export function deleteTemplate(trx: Knex, id: number): Promise<number> {
  return trx('reply_templates').where({ id }).delete();
}

/** Writes the places of the templates of a kind, in this order. */
export async function reorder(trx: Knex.Transaction, ids: readonly number[]): Promise<void> {
  await execute(
    trx,
    `update reply_templates t set position = o.place - 1
       from unnest(cast(? as int[])) with ordinality o (id, place) where t.id = o.id`,
    [ids as number[]],
  );
}
