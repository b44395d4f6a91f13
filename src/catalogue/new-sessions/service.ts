import type { Dependencies } from '#platform/dependencies.ts';
import { each } from '#platform/jobs/each.ts';
import { newSessionsMessage } from './mails.ts';
import {
  findToAnnounce,
  findWaiting,
  forgetNotices,
  markAnnounced,
  takeFor,
  type Waiting,
} from './repository.ts';
import { endNewDatesLink } from './stop.ts';

export { noticeNews } from './news.ts';
export { noteTold } from './repository.ts';

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
