import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A session that somebody would like to be told of. */
export interface WatchedSession {
  id: number;
  startsAt: Date;
  registrationOpensAt: Date;
  registrationClosesAt: Date;
  isCancelled: boolean;
  /** No request is accepted: neither a seat nor a place in the queue is left. */
  isFull: boolean;
}

/** A session of a public action; undefined when the address names none. */
export async function findSession(
  db: Knex,
  slug: string,
  sessionId: number,
  now: Date,
): Promise<WatchedSession | undefined> {
  const rows = await query<WatchedSession[]>(
    db,
    `select s.id, s.starts_at as "startsAt", s.registration_opens_at as "registrationOpensAt",
            s.registration_closes_at as "registrationClosesAt", s.cancelled_at is not null as "isCancelled",
            s.live_requests >= s.capacity + s.waiting_capacity as "isFull"
       from sessions s join actions a on a.id = s.action_id
      where s.id = :sessionId and a.slug = :slug and is_public(a, :now)`,
    { slug, sessionId, now },
  );
  return rows[0];
}

export async function insertWatch(db: Knex, sessionId: number, userId: number, at: Date): Promise<void> {
  await db('seat_watches')
    .insert({ session_id: sessionId, user_id: userId, asked_at: at })
    .onConflict(['session_id', 'user_id'])
    .ignore();
}

export async function deleteWatch(db: Knex, sessionId: number, userId: number): Promise<void> {
  await db('seat_watches').where({ session_id: sessionId, user_id: userId }).delete();
}

/** Somebody to tell that a session takes requests again. */
export interface Opening {
  email: string;
  name: string;
  slug: string;
  title: string;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
  registrationClosesAt: Date;
  /** A seat is free; otherwise a place in the queue. */
  hasSeat: boolean;
}

/** Takes out, for this transaction alone, wishes whose session takes requests again: who to tell of it. */
export async function takeOpenings(trx: Knex.Transaction, now: Date, most: number): Promise<Opening[]> {
  return query<Opening[]>(
    trx,
    `with due as (
       select w.session_id, w.user_id
         from seat_watches w
         join sessions s on s.id = w.session_id
         join actions a on a.id = s.action_id
         join users u on u.id = w.user_id and u.closed_at is null
        where s.live_requests < s.capacity + s.waiting_capacity and s.cancelled_at is null
          and s.registration_opens_at <= :now and s.registration_closes_at > :now and s.starts_at > :now and is_public(a, :now)
        order by w.asked_at, w.user_id limit :most
          for update of w skip locked
     ), taken as (
       delete from seat_watches w using due d
        where w.session_id = d.session_id and w.user_id = d.user_id
       returning w.session_id, w.user_id, w.asked_at
     )
     select u.email, full_name(u) as name, a.slug, a.title, s.id as "sessionId",
            s.starts_at as "startsAt", s.ends_at as "endsAt", s.registration_closes_at as "registrationClosesAt",
            s.seats_held < s.capacity and s.waitlisted = 0 as "hasSeat"
       from taken t join users u on u.id = t.user_id join sessions s on s.id = t.session_id
       join actions a on a.id = s.action_id
      order by t.asked_at, u.id`,
    { now, most },
  );
}

/** Forgets wishes that nothing can fulfil any more. */
export async function deletePast(db: Knex, now: Date): Promise<void> {
  await db('seat_watches')
    .whereIn(
      'session_id',
      db('sessions').where('registration_closes_at', '<=', now).orWhere('starts_at', '<=', now).select('id'),
    )
    .delete();
}
