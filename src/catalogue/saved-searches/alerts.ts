import type { Dependencies } from '#platform/dependencies.ts';
import { each } from '#platform/jobs/each.ts';
import { findNewActions, readyToSearch } from '../browse/service.ts';
import { noteTold, noticeNews } from '../new-sessions/service.ts';
import { type News, newsMessage } from './mails.ts';
import { findPeopleToAlert, lockAlerts, markLooked } from './repository.ts';
import { endAlertsLink } from './stop.ts';

/** Actions named for each search; the link leads to the others. */
const NAMED = 5;

/**
 * Tells, once a day, those who asked for it of the actions that were published since, and of those
 * that sessions were added to: one e-mail per person for all
 * their searches, none where nothing is new. Each person is a transaction of their own: done again after a failure,
 * it tells nobody twice.
 * @returns how many people were written to
 */
export async function alertSavedSearches(deps: Dependencies, now = deps.clock.now()): Promise<number> {
  await noticeNews(deps.db, now);
  let told = 0;
  const alert = async (userId: number) => {
    await readyToSearch(deps.db, now);
    told += await deps.db.transaction(async (trx) => {
      const { email, name, searches } = await lockAlerts(trx, userId);
      const news: News[] = [];
      for (const search of searches) {
        const found = await findNewActions(trx, search.query, {
          news: { noticedAfter: search.lookedUntil, since: search.alertSince },
          now,
          most: NAMED,
        });
        if (found.total > 0) news.push({ search, found });
      }
      await markLooked(
        trx,
        searches.map(({ id }) => id),
        now,
      );
      if (news.length === 0) return 0;
      // Told by this e-mail: the one about favourites says nothing of them again.
      const named = news.flatMap(({ found }) => found.actions.map(({ id }) => id));
      await noteTold(trx, userId, named, now);
      const unsubscribePath = endAlertsLink.path(deps.config.secrets, userId);
      const stop = deps.config.publicUrl + unsubscribePath;
      await deps.mail.enqueue(trx, { ...newsMessage({ email, name }, news, stop), unsubscribePath });
      return 1;
    });
  };
  await each(await findPeopleToAlert(deps.db), alert, deps);
  return told;
}
