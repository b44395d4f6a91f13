import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { type NewsState, newsState } from '../news/rules.ts';
import { newsToday } from '../news/service.ts';
import type { KeptNews, ListedNews } from './repository.ts';
import * as repository from './repository.ts';
import type { NewsDraft } from './schemas.ts';

export type { KeptNews } from './repository.ts';

/**
 * What became of a change: done, or not, as somebody else has changed (`current` is theirs) or deleted the piece of
 * news meanwhile. Nothing is written then.
 */
export type Change = { outcome: 'done' | 'gone' } | { outcome: 'changed'; current: KeptNews };

/** Every piece of news with where it stands today, the last to come first. */
export async function listAllNews(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  slice: Slice,
): Promise<Paged<ListedNews & { state: NewsState }>> {
  const today = newsToday(clock);
  const { rows, total } = await repository.findAllNews(db, slice);
  return { rows: rows.map((row) => ({ ...row, state: newsState(row, today) })), total };
}

/** @throws NotFound when there is none of this number, or no longer */
export async function getKeptNews({ db }: Pick<Dependencies, 'db'>, id: number): Promise<KeptNews> {
  const news = await repository.findNews(db, id);
  if (!news) throw new NotFound();
  return news;
}

/** Writes a piece of news. @param formKey of the form: sent twice, it is written once */
export async function addNews(
  { db, clock }: Dependencies,
  by: number,
  draft: NewsDraft,
  formKey: string,
): Promise<void> {
  const at = clock.now();
  await db.transaction(async (trx) => {
    const id = await repository.insertNews(trx, draft, { formKey, by, at });
    if (id === undefined) return;
    await recordAudit(trx, { action: 'news.created', at, actorId: by, subject: { kind: 'news', id } });
  });
}

/** Changes a piece of news. @param version that the manager began to write from */
export async function editNews(
  { db, clock }: Dependencies,
  by: number,
  { id, version }: { id: number; version: number | undefined },
  draft: NewsDraft,
): Promise<Change> {
  const at = clock.now();
  return db.transaction(async (trx) => {
    const current = await repository.findNews(trx, id, true);
    if (!current) return { outcome: 'gone' };
    // Also the same form sent a second time, whose version is then the one before.
    if (isSame(current, draft)) return { outcome: 'done' };
    if (current.version !== version) return { outcome: 'changed', current };
    await repository.updateNews(trx, id, draft, { by, at });
    await recordAudit(trx, { action: 'news.updated', at, actorId: by, subject: { kind: 'news', id } });
    return { outcome: 'done' };
  });
}

const isSame = (kept: KeptNews, draft: NewsDraft): boolean =>
  (Object.keys(draft) as (keyof NewsDraft)[]).every((field) => kept[field] === draft[field]);

/** Deletes a piece of news. @param version that the manager was shown */
export async function removeNews(
  { db, clock }: Dependencies,
  by: number,
  { id, version }: { id: number; version: number | undefined },
): Promise<Change> {
  const at = clock.now();
  return db.transaction(async (trx) => {
    const current = await repository.findNews(trx, id, true);
    if (!current) return { outcome: 'gone' };
    if (current.version !== version) return { outcome: 'changed', current };
    await repository.deleteNews(trx, id);
    await recordAudit(trx, { action: 'news.deleted', at, actorId: by, subject: { kind: 'news', id } });
    return { outcome: 'done' };
  });
}
