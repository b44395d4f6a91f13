import type { Clock } from '#platform/clock.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { isoDay } from '#platform/french/time.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { renderMessage } from '#platform/web/views/markdown.ts';
import { findOnlineNews, findOnlineNewsItem, type NewsRow } from './repository.ts';
import { linkLabel } from './rules.ts';

type Reading = Pick<Dependencies, 'db' | 'clock'>;

/** As many as « Accueil » shows. */
const ON_HOME = 3;

/** A piece of news with its text rendered: `html` whole, `excerpt` the first paragraph. */
export interface News extends Omit<NewsRow, 'body'> {
  html: string;
  excerpt: string;
  linkLabel: string | null;
}

/** Today in Paris, `YYYY-MM-DD`: what the days of a piece of news are compared with. */
export const newsToday = (clock: Clock): string => isoDay(clock.now());

/** Renders a piece of news. @param under the level of its title in the page */
export function presentNews({ body, ...row }: NewsRow, under = 1): News {
  return { ...row, ...renderMessage(body, under), linkLabel: row.link && linkLabel(row.link) };
}

/** The latest news, for « Accueil » (domain.md §4). */
export async function latestNews(dependencies: Reading): Promise<News[]> {
  return (await listNews(dependencies, { limit: ON_HOME, offset: 0 })).rows;
}

/** What is online, the latest first. */
export async function listNews({ db, clock }: Reading, slice: Slice): Promise<Paged<News>> {
  const { rows, total } = await findOnlineNews(db, newsToday(clock), slice);
  return { rows: rows.map((row) => presentNews(row)), total };
}

/** @throws NotFound for what is not online, or no longer */
export async function getNews({ db, clock }: Reading, id: number): Promise<News> {
  const row = await findOnlineNewsItem(db, id, newsToday(clock));
  if (!row) throw new NotFound('Cette actualité n’existe pas, ou n’est plus en ligne.');
  return presentNews(row);
}
