import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import type { SavedSearch } from './repository.ts';

/** What one search found that was not there before. */
export interface News {
  search: Pick<SavedSearch, 'name' | 'query'>;
  /** The first of them; `total` counts the others too. */
  found: { total: number; actions: readonly { id: number; title: string }[] };
}

/** All that somebody's searches found. @param stop the address that ends these e-mails */
export function newsMessage(
  to: { email: string; name: string },
  news: readonly News[],
  stop: string,
): Message {
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

const query = (search: News['search']) => (search.query ? `?${search.query}` : '');

function titlesOf({ actions, total }: News['found']): string {
  const titles = actions.map(({ title }) => title).join(' ; ');
  const others = total - actions.length;
  return others > 0 ? `${titles} ; et ${plural(others, 'autre')}` : titles;
}
