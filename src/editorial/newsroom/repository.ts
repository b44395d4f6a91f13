import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { NewsDraft } from './schemas.ts';

/** A line of the agency's list. Days are those of Paris, `YYYY-MM-DD`. */
export interface ListedNews {
  id: number;
  title: string;
  onlineFrom: string;
  onlineUntil: string | null;
  /** Who wrote it; null for nobody in particular. */
  author: string | null;
}

/** A piece of news as it is kept. */
export interface KeptNews extends NewsDraft {
  id: number;
  version: number;
  updatedAt: Date;
  /** Who changed it last; null for nobody in particular. */
  updatedBy: string | null;
}

const NAME = `nullif(concat_ws(' ', u.first_name, u.last_name), '')`;

/** Every piece of news, the last to come first. */
export async function findAllNews(db: Knex, slice: Slice): Promise<Paged<ListedNews>> {
  const rows = await query<(ListedNews & { total: number })[]>(
    db,
    `select n.id, n.title, n.online_from as "onlineFrom", n.online_until as "onlineUntil", ${NAME} as author,
            count(*) over () as total
       from news n left join users u on u.id = n.written_by
      order by n.online_from desc, n.id desc limit :limit offset :offset`,
    { limit: slice.limit, offset: slice.offset },
  );
  return paged(rows);
}

/** @param lock keeps it as it is until the end of the transaction */
export async function findNews(db: Knex, id: number, lock = false): Promise<KeptNews | undefined> {
  const rows = await query<KeptNews[]>(
    db,
    `select n.id, n.title, n.body, n.link, n.online_from, n.online_until, n.version,
            n.updated_at as "updatedAt", ${NAME} as "updatedBy"
       from news n left join users u on u.id = n.updated_by
      where n.id = :id ${lock ? 'for update of n' : ''}`,
    { id },
  );
  return rows[0];
}

/** @returns the number of the new piece; undefined when the same form has already written it */
export async function insertNews(
  trx: Knex,
  draft: NewsDraft,
  { formKey, by, at }: { formKey: string; by: number; at: Date },
): Promise<number | undefined> {
  const [row] = await trx('news')
    .insert(
      { ...draft, form_key: formKey, written_by: by, updated_by: by, created_at: at, updated_at: at },
      'id',
    )
    .onConflict('form_key')
    .ignore();
  return row?.id;
}

/** Writes over a piece of news that is locked. */
export async function updateNews(
  trx: Knex,
  id: number,
  draft: NewsDraft,
  { by, at }: { by: number; at: Date },
): Promise<void> {
  await trx('news')
    .where({ id })
    .update({ ...draft, updated_by: by, updated_at: at, version: trx.raw('version + 1') });
}

export async function deleteNews(trx: Knex, id: number): Promise<void> {
  await trx('news').where({ id }).delete();
}
