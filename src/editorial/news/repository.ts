import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '#platform/paged.ts';

/** A piece of news as people read it, its text still Markdown. */
export interface NewsRow {
  id: number;
  title: string;
  body: string;
  link: string | null;
  /** `YYYY-MM-DD` */
  onlineFrom: string;
}

const online = (db: Knex, today: string) =>
  db('news')
    .where('online_from', '<=', today)
    .where((until) => until.whereNull('online_until').orWhere('online_until', '>=', today))
    .select('id', 'title', 'body', 'link', 'online_from as onlineFrom');

/** What is online on a day, the latest first. @param today in Paris, `YYYY-MM-DD` */
export async function findOnlineNews(
  db: Knex,
  today: string,
  { limit, offset }: Slice,
): Promise<Paged<NewsRow>> {
  const rows = await online(db, today)
    .select(db.raw('count(*) over () as total'))
    .orderBy([
      { column: 'online_from', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .offset(offset);
  return paged(rows);
}

export function findOnlineNewsItem(db: Knex, id: number, today: string): Promise<NewsRow | undefined> {
  return online(db, today).where({ id }).first();
}
