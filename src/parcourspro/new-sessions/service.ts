import type { Dependencies } from '../../platform/dependencies.ts';
import { formatDateTime, formatPeriod } from '../../platform/french/time.ts';
import { plural } from '../../platform/french/words.ts';
import { each } from '../../platform/jobs/each.ts';
import type { Message } from '../../platform/mail/message.ts';
import {
  findToAnnounce,
  findWaiting,
  forgetNotices,
  markAnnounced,
  type NewSession,
  takeFor,
  type Waiting,
} from './repository.ts';
import { endNewDatesLink } from './stop.ts';

export { noticeNews } from './news.ts';
export { noteTold } from './repository.ts';

/** Sessions named in one e-mail; the page of the action has the others. */
const NAMED = 8;

/**
 * Tells, once a day, those who wait for dates of an action that a session was added to it: whoever keeps the action
 * among their favourites, or asked to be told of a place in one of its sessions. One e-mail per person for all that was
 * added, be it by a file of a thousand lines; those whose saved search has told them, or who have a request for the
 * action, are left in peace. Each person is a transaction of their own: done again after a failure, it tells nobody
 * twice.
 * @param now the same as for the alerts of saved searches, which come first and notice what is new
 * @returns how many people were written to
 */
export async function tellOfNewSessions(
  { config, db, clock, mail, log }: Pick<Dependencies, 'config' | 'db' | 'clock' | 'mail' | 'log'>,
  now = clock.now(),
): Promise<number> {
  const ids = await findToAnnounce(db, now);
  let told = 0;
  const tell = async (one: Waiting) => {
    told += await db.transaction(async (trx) => {
      const news = await takeFor(
        trx,
        one.userId,
        one.sessions.map(({ id }) => id),
      );
      const sessions = one.sessions.filter(({ id }) => news.has(id));
      if (sessions.length === 0) return 0;
      const unsubscribePath = endNewDatesLink.path(config.secrets, one.userId);
      const stop = config.publicUrl + unsubscribePath;
      await mail.enqueue(trx, { ...newSessionsMessage({ ...one, sessions }, stop, now), unsubscribePath });
      return 1;
    });
  };
  await each(ids.length > 0 ? await findWaiting(db, ids, now) : [], tell, {
    log,
    naming: ({ userId }) => ({ item: userId }),
  });
  if (ids.length > 0) await markAnnounced(db, ids, now);
  await forgetNotices(db);
  return told;
}

function newSessionsMessage({ email, name, sessions }: Waiting, stop: string, now: Date): Message {
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
