import type { Knex } from 'knex';
import { lockedBy } from '#platform/database/locks.ts';
import { execute } from '#platform/database/query.ts';

/**
 * Notes what has been published or added since this was last done, for those who are told of news. What is published or
 * added carries the moment of its transaction’s work, and is seen only when that ends, be it after a look that was for
 * that moment; by when it was noticed, each is looked at by one look, the next.
 * In a transaction of its own, before the looks that bear the same moment.
 * @param now of the look; what is to be published later is noticed then
 */
export async function noticeNews(db: Knex, now: Date): Promise<void> {
  await db.transaction(async (trx) => {
    // In the order in which every transaction locks them; the news of a day are few.
    await execute(
      trx,
      `update actions set noticed_at = :now
        where id in (select id from actions
                      where published_at <= :now and (noticed_at is null or noticed_at < published_at)
                      ${lockedBy('id')})`,
      { now },
    );
    await execute(
      trx,
      `update sessions set noticed_at = :now
        where id in (select id from sessions where added_at <= :now and noticed_at is null
                      ${lockedBy('action_id, id')})`,
      { now },
    );
  });
}
