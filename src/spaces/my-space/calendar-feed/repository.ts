import type { Knex } from 'knex';
import type { CalendarSlot } from '#enrolment/calendar.ts';
import { departuresByAction } from '#enrolment/calendar-sequence.ts';
import type { State } from '#enrolment/states.ts';
import { lock } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';
import { SLOTS } from '../repository.ts';

/** Whom a notice is for. */
export interface FeedOwner {
  email: string;
  firstName: string;
  lastName: string;
}

/** Locks a person: of two changes of their feed at the same moment, the second finds the first done. */
export async function lockOwner(trx: Knex.Transaction, userId: number): Promise<FeedOwner | undefined> {
  await lock(trx, { people: [userId] });
  return trx('users')
    .where({ id: userId })
    .whereNull('closed_at')
    .first({ email: 'email', firstName: 'first_name', lastName: 'last_name' });
}

/** When the address of somebody's feed was made; undefined without one. */
export async function findFeedDate(db: Knex, userId: number): Promise<Date | undefined> {
  const row = await db('calendar_feeds').where({ user_id: userId }).first('created_at');
  return row?.created_at;
}

/** @returns whether there was one before, whose address is dead now */
export async function replaceFeed(
  trx: Knex.Transaction,
  userId: number,
  tokenHash: string,
  at: Date,
): Promise<boolean> {
  const hadOne = await deleteFeed(trx, userId);
  await trx('calendar_feeds').insert({ user_id: userId, token_hash: tokenHash, created_at: at });
  return hadOne;
}

/** @returns whether there was one */
export async function deleteFeed(trx: Knex.Transaction, userId: number): Promise<boolean> {
  return (await trx('calendar_feeds').where({ user_id: userId }).delete()) > 0;
}

/** A session in somebody's calendar. */
export interface FeedSession {
  enrolmentId: number;
  sessionId: number;
  calendarSequence: number;
  departures: number;
  title: string;
  state: State;
  /** The last line of the request's history. */
  changedAt: Date;
  slots: CalendarSlot[];
}

/**
 * The sessions in which the holder of a secret address has a seat, and those that were cancelled while they had one,
 * in the order of time: one statement.
 * @param since sessions that ended before are left out
 * @returns undefined when the address is nobody's, or its person's account is closed
 */
export async function findFeedSessions(
  db: Knex,
  tokenHash: string,
  since: Date,
): Promise<FeedSession[] | undefined> {
  const rows = await query<{ sessions: FeedSession[] }[]>(
    db,
    // One row per session: somebody may have asked again for a session that was cancelled and then restored.
    // Whoever belongs to no structure any more cannot open their space, nor read it from their calendar.
    `select coalesce((
       select json_agg(one order by one.starts_at, one."sessionId")
         from (select distinct on (m.session_id) m.id as "enrolmentId", m.session_id as "sessionId", s.starts_at,
                      s.calendar_sequence as "calendarSequence", a.title, m.state,
                      coalesce(d.departures, 0) as departures,
                      coalesce(last.at, m.requested_at) as "changedAt",
                      ${SLOTS} as slots
                 from enrolments m
                 cross join lateral (
                   select se.starts_at, se.ends_at, se.calendar_sequence from sessions se
                    where se.id = m.session_id offset 0) s
                 cross join lateral (select ac.title from actions ac where ac.id = m.action_id offset 0) a
                 left join lateral (
                   select h.at, h.from_state from enrolment_history h
                    where h.enrolment_id = m.id order by h.id desc limit 1) last on true
                 left join ${departuresByAction('f.user_id')} d on d.action_id = m.action_id
                where m.user_id = f.user_id and s.ends_at >= :since
                  and (holds_seat(m.state) or (m.state = 'session_cancelled' and holds_seat(last.from_state)))
                  and exists (select from affiliations af where af.user_id = f.user_id)
                order by m.session_id, m.state = 'session_cancelled', m.id desc) one), '[]') as sessions
       from calendar_feeds f join users u on u.id = f.user_id and u.closed_at is null
      where f.token_hash = :tokenHash`,
    { tokenHash, since },
  );
  return rows[0]?.sessions.map((one) => ({ ...one, changedAt: new Date(one.changedAt) }));
}
