import { formatDateTime, formatPeriod } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import type { NewSession, Waiting } from './repository.ts';

/** Sessions named in one e-mail; the page of the action has the others. */
const NAMED = 8;

/** All that was added to what somebody follows. @param stop the address that ends these e-mails */
export function newSessionsMessage(
  { email, name, sessions }: Omit<Waiting, 'userId'>,
  stop: string,
  now: Date,
): Message {
  const titles = [...new Set(sessions.map(({ title }) => title))];
  const [first] = sessions as [NewSession];
  const isOne = titles.length === 1;
  const others = sessions.length - NAMED;
  return {
    kind: 'new-sessions',
    to: email,
    subject: isOne
      ? `${sessions.length > 1 ? 'De nouvelles dates' : 'Une nouvelle date'}\u00a0: ${first.title}`
      : `De nouvelles dates pour ${plural(titles.length, 'action')} que vous suivez`,
    recipientName: name,
    paragraphs: [
      isOne
        ? 'Une action que vous suivez sur ParcoursPro a de nouvelles dates.'
        : 'Des actions que vous suivez sur ParcoursPro ont de nouvelles dates.',
    ],
    details: [
      ...sessions.slice(0, NAMED).map((one): [string, string] => [one.title, whenAndWhere(one, now)]),
      ...(others > 0 ? [['Et encore', plural(others, 'session')] as [string, string]] : []),
    ],
    link: isOne
      ? { label: 'Voir les dates', path: `/parcourspro/actions/${first.slug}#session-${first.id}` }
      : { label: 'Voir mes favoris', path: '/parcourspro/favoris' },
    footnote: `Vous recevez cet e-mail parce que cette action est dans vos favoris, ou que vous y attendez une place. Pour ne plus en recevoir\u00a0: ${stop}`,
  };
}

function whenAndWhere({ startsAt, endsAt, city, opensAt }: NewSession, now: Date): string {
  const place = city ?? 'à distance';
  const opening = new Date(opensAt) > now ? `, inscriptions dès le ${formatDateTime(opensAt)}` : '';
  return `${formatPeriod(startsAt, endsAt, now)}, ${place}${opening}`;
}
