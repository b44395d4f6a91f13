import type { Dependencies } from '../../platform/dependencies.ts';
import { plural } from '../../platform/french/words.ts';
import { each } from '../../platform/jobs/each.ts';
import type { Message } from '../../platform/mail/message.ts';
import { type FoundPage, findNewActions, getFilterLists } from '../catalogue/service.ts';
import { noteTold, noticeNews } from '../new-sessions/service.ts';
import { findPeopleToAlert, lockAlerts, markLooked, type SavedSearch } from './repository.ts';
import { endAlertsLink } from './stop.ts';

/** Actions named for each search; the link leads to the others. */
const NAMED = 5;

/** What one search found that was not there before. */
interface News {
  search: SavedSearch;
  found: Pick<FoundPage, 'total' | 'actions'>;
}

/**
 * Tells, once a day, those who asked for it of the actions that were published since, and of those
 * that sessions were added to: one e-mail per person for all
 * their searches, none where nothing is new. Each person is a transaction of their own: done again after a failure,
 * it tells nobody twice.
 * @returns how many people were written to
 */
export async function alertSavedSearches(deps: Dependencies, now = deps.clock.now()): Promise<number> {
  await noticeNews(deps.db, now);
  const lists = await getFilterLists(deps);
  let told = 0;
  const alert = async (userId: number) => {
    told += await deps.db.transaction(async (trx) => {
      const { email, name, searches } = await lockAlerts(trx, userId);
      const news: News[] = [];
      for (const search of searches) {
        const found = await findNewActions(trx, search.query, lists, {
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

function newsMessage(to: { email: string; name: string }, news: News[], stop: string): Message {
  const [only] = news;
  const isOne = news.length === 1 && only;
  const total = news.reduce((sum, { found }) => sum + found.total, 0);
  return {
    kind: 'saved-search.news',
    to: to.email,
    subject: isOne
      ? `${plural(total, 'nouveauté')} pour « ${only.search.name} »`
      : `Du nouveau pour ${plural(news.length, 'recherche enregistrée', 'recherches enregistrées')}`,
    recipientName: to.name,
    paragraphs: ['De nouvelles actions, ou de nouvelles dates, répondent à vos recherches sur ParcoursPro.'],
    details: news.map(({ search, found }) => [search.name, titlesOf(found)]),
    link: isOne
      ? { label: 'Voir ces actions', path: `/parcourspro/actions${query(only.search)}` }
      : { label: 'Voir mes recherches', path: '/parcourspro/recherches' },
    footnote: `Vous recevez cet e-mail parce que vous avez demandé une alerte. Pour ne plus en recevoir : ${stop}`,
  };
}

const query = (search: SavedSearch) => (search.query ? `?${search.query}` : '');

function titlesOf({ actions, total }: News['found']): string {
  const titles = actions.map(({ title }) => title).join(' ; ');
  const others = total - actions.length;
  return others > 0 ? `${titles} ; et ${plural(others, 'autre')}` : titles;
}
