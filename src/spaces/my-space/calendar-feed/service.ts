import { recordAudit } from '#audit/service.ts';
import { addSession, type EventStatus, newCalendar, textOf } from '#enrolment/calendar.ts';
import { sequenceOf } from '#enrolment/calendar-sequence.ts';
import type { State } from '#enrolment/states.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Handler } from '#platform/events.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { feedMessage } from './mails.ts';
import {
  deleteFeed,
  type FeedSession,
  findFeedDate,
  findFeedSessions,
  lockOwner,
  replaceFeed,
} from './repository.ts';

/** Removes the address of somebody who is locked, as part of something larger. @returns how many there were */
export const endFeed: Handler<'account.links_ending'> = async (_deps, trx, { userId }) => ({
  links: (await deleteFeed(trx, userId)) ? 1 : 0,
});

/** How often calendar applications are asked to look again, in seconds. */
const REFRESH = 4 * 60 * 60;

/** When the address of a person's feed was made; undefined without one. */
export const getFeedDate = ({ db }: Dependencies, userId: number): Promise<Date | undefined> =>
  findFeedDate(db, userId);

/**
 * Makes the secret address of a person's calendar, or another one in its place; a notice tells them.
 * @returns its token, which nothing else will ever tell
 * @throws NotFound when the account was closed meanwhile
 */
export async function renewFeed(deps: Dependencies, userId: number): Promise<string> {
  const { db, clock, mail, config } = deps;
  const token = newToken();
  await db.transaction(async (trx) => {
    const owner = await lockOwner(trx, userId);
    if (!owner) throw new NotFound();
    const at = clock.now();
    const isRenewed = await replaceFeed(trx, userId, hashToken(token), at);
    await recordAudit(trx, {
      action: isRenewed ? 'account.calendar_feed_renewed' : 'account.calendar_feed_created',
      at,
      personId: userId,
    });
    await mail.enqueue(trx, feedMessage(owner, { isRenewed, at }, config));
  });
  return token;
}

/** Removes the address: calendars that follow it get no answer. @returns false when there was none */
export async function revokeFeed({ db, clock }: Dependencies, userId: number): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lockOwner(trx, userId);
    if (!(await deleteFeed(trx, userId))) return false;
    await recordAudit(trx, {
      action: 'account.calendar_feed_revoked',
      at: clock.now(),
      personId: userId,
    });
    return true;
  });
}

/**
 * What a secret address leads to: every session in which the person has a seat, from a year ago on.
 * @returns undefined when it leads nowhere (any more)
 */
export function getFeedSessions(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  token: string,
): Promise<FeedSession[] | undefined> {
  const since = parisMoment(parisDay(clock.now()).subtract({ years: 1 }), '00:00');
  return findFeedSessions(db, hashToken(token), since);
}

/**
 * These sessions as a calendar. Applications replace what they had by what it says; the same sessions give the same
 * text.
 * @param publicUrl where the application is, without a slash at its end
 */
export function feedCalendar(sessions: readonly FeedSession[], publicUrl: string): string {
  const calendar = newCalendar();
  calendar.name('Mes actions ParcoursPro').ttl(REFRESH);
  for (const one of sessions) {
    addSession(calendar, {
      host: new URL(publicUrl).hostname,
      session: {
        id: one.sessionId,
        calendarSequence: sequenceOf(one.calendarSequence, one.departures),
        slots: one.slots,
      },
      title: one.title,
      url: `${publicUrl}/parcourspro/mon-espace/demandes/${one.enrolmentId}`,
      stamp: one.changedAt,
      status: statusOf(one.state),
    });
  }
  return textOf(calendar);
}

function statusOf(state: State): EventStatus {
  if (state === 'session_cancelled') return 'cancelled';
  return state === 'preregistered' ? 'tentative' : 'confirmed';
}
