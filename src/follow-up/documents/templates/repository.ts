import type { Knex } from 'knex';
import { lockName } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';
import type { TemplateKind } from './fields.ts';

/** One version of a template. */
export interface Template {
  id: number;
  kind: TemplateKind;
  version: number;
  /** Markdown, its locked passages as their names. */
  body: string;
  /** Null while it is a draft. */
  publishedAt: Date | null;
  /** Null for the templates with which the application began. */
  publishedBy: string | null;
  /** Of a draft: how many times it was saved. */
  revision: number;
  savedAt: Date | null;
  savedBy: string | null;
}

const COLUMNS = {
  id: 't.id',
  kind: 't.kind',
  version: 't.version',
  body: 't.body',
  publishedAt: 't.published_at',
  revision: 't.revision',
  savedAt: 't.saved_at',
} as const;

const templates = (db: Knex) =>
  db('document_templates as t')
    .leftJoin('users as pu', 'pu.id', 't.published_by')
    .leftJoin('users as su', 'su.id', 't.saved_by')
    .select({ ...COLUMNS, publishedBy: db.raw('full_name(pu)'), savedBy: db.raw('full_name(su)') });

/** Of each kind, the version in use and the draft, if any. */
export function findLatest(db: Knex): Promise<Template[]> {
  return templates(db).whereRaw(
    `t.published_at is null or t.version = (select max(l.version) from document_templates l
                                             where l.kind = t.kind and l.published_at is not null)`,
  );
}

/** Every version of a kind, the latest first; a draft comes before them. */
export function findVersions(db: Knex, kind: TemplateKind): Promise<Template[]> {
  return templates(db).where('t.kind', kind).orderBy('t.version', 'desc');
}

/** The versions in use of these kinds. */
export function findCurrent(
  db: Knex,
  kinds: readonly TemplateKind[],
): Promise<Pick<Template, 'id' | 'kind' | 'version' | 'body'>[]> {
  return query(
    db,
    `select distinct on (kind) id, kind, version, body from document_templates
      where kind = any(cast(? as text[])) and published_at is not null order by kind, version desc`,
    [kinds as TemplateKind[]],
  );
}

/** Until the end of the transaction, the templates of this kind are changed by it only. */
export const lockKind = (trx: Knex.Transaction, kind: TemplateKind): Promise<void> =>
  lockName(trx, 'document templates', kind);

/** Who saves a draft, and when. */
interface Saved {
  body: string;
  by: number;
  at: Date;
}

/** Begins the next version of a kind. */
export async function insertDraft(
  trx: Knex.Transaction,
  kind: TemplateKind,
  version: number,
  { body, by, at }: Saved,
): Promise<void> {
  await trx('document_templates').insert({ kind, version, body, saved_by: by, saved_at: at });
}

export async function updateDraft(trx: Knex.Transaction, id: number, { body, by, at }: Saved): Promise<void> {
  await trx('document_templates')
    .where({ id })
    .update({ body, saved_by: by, saved_at: at, revision: trx.raw('revision + 1') });
}

export async function deleteDraft(trx: Knex.Transaction, id: number): Promise<void> {
  await trx('document_templates').where({ id }).delete();
}

export async function publishDraft(
  trx: Knex.Transaction,
  id: number,
  { by, at }: Omit<Saved, 'body'>,
): Promise<void> {
  await trx('document_templates').where({ id }).update({ published_by: by, published_at: at });
}
