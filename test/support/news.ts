import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';

/** A piece of news as the database has it; days as `2026-11-12`. */
export interface NewsRow {
  id: number;
  title: string;
  body: string;
  link: string | null;
  online_from: string;
  online_until: string | null;
  written_by: number | null;
  updated_by: number | null;
  version: number;
}

/** @param at when it was written @returns its id */
export async function createNews(
  db: Knex,
  at: Date,
  fields: Partial<NewsRow> & Pick<NewsRow, 'online_from'>,
): Promise<number> {
  const [row] = await db('news').insert(
    {
      form_key: randomUUID(),
      title: 'Actualité',
      body: 'Texte.',
      created_at: at,
      updated_at: at,
      ...fields,
    },
    'id',
  );
  return row.id;
}

/** All news, oldest first. */
export const newsIn = (db: Knex): PromiseLike<NewsRow[]> => db('news').orderBy('id');

export async function forgetNews(db: Knex): Promise<void> {
  await db('news').delete();
}
