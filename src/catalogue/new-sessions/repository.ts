import type { Knex } from 'knex';
import { type Found, lock, lockedBy } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';

/** The noticed sessions that those who wait for them have not all been told of. */
export async function findToAnnounce(db: Knex, now: Date): Promise<number[]> {
  return db('sessions').where('noticed_at', '<=', now).whereNull('announced_at').orderBy('id').pluck('id');
}

/** Notes that everybody has been told of these sessions, or there was nobody to tell. */
export async function markAnnounced(db: Knex, sessionIds: readonly number[], now: Date): Promise<void> {
  await execute(
    db,
    `update sessions set announced_at = :now
      where id in (select id from sessions where id = any(cast(:ids as int[])) and announced_at is null
                    ${lockedBy('action_id, id')})`,
    { ids: [...sessionIds], now },
  );
}

// Whoever tells of sessions has them alone, by a statement of its own: the next one then sees that they have been
// announced meanwhile, with which the notes of who was told are forgotten.
function lockSessions(trx: Knex.Transaction, condition: string, bindings: Found['bindings']): Promise<void> {
  const sql = `select id from sessions where ${condition} and announced_at is null`;
  return lock(trx, { sessions: { sql, bindings } });
}

/**
 * Notes that somebody is told of sessions, in the transaction that tells them.
 * @returns those of which nobody has told them yet: of two that do it at the same moment, the second finds none
 */
export async function takeFor(
  trx: Knex.Transaction,
  userId: number,
  sessionIds: readonly number[],
): Promise<Set<number>> {
  await lockSessions(trx, 'id = any(cast(:ids as int[]))', { ids: [...sessionIds] });
  const rows = await query<{ id: number }[]>(
    trx,
    `insert into new_session_notices (user_id, session_id)
     select :userId, s.id from sessions s where s.id = any(cast(:ids as int[])) and s.announced_at is null
         on conflict do nothing
     returning session_id as id`,
    { userId, ids: [...sessionIds] },
  );
  return new Set(rows.map(({ id }) => id));
}

/** A session as the e-mail tells of it. */
export interface NewSession {
  id: number;
  slug: string;
  title: string;
  startsAt: Date;
  endsAt: Date;
  city: string | null;
  opensAt: Date;
}

/** Somebody to tell, with the new sessions of the actions that they wait for. */
export interface Waiting {
  userId: number;
  email: string;
  name: string;
  sessions: NewSession[];
}

/**
 * Who waits for dates of the actions of these sessions: those who had the action among their favourites, or asked to be
 * told of a place in another of its sessions, before this one was added. Not those who have a request for the action,
 * those whom the alert of a saved search has told, nor those who want no such e-mail.
 */
export async function findWaiting(db: Knex, sessionIds: readonly number[], now: Date): Promise<Waiting[]> {
  return query<Waiting[]>(
    db,
    `with fresh as materialized (
       select s.id, s.action_id, s.added_at, s.starts_at, s.ends_at, s.city, s.registration_opens_at, a.slug, a.title
         from sessions s join actions a on a.id = s.action_id
        where s.id = any(cast(:ids as int[])) and s.cancelled_at is null and s.starts_at > :now
          and s.registration_closes_at > :now and is_public(a, :now)
     ), wished as (
       select f.user_id, fresh.id from fresh
         join favourites f on f.action_id = fresh.action_id and f.added_at < fresh.added_at
       union
       select w.user_id, fresh.id from fresh
         join sessions other on other.action_id = fresh.action_id
         join seat_watches w on w.session_id = other.id and w.asked_at < fresh.added_at
     )
     select u.id as "userId", u.email, full_name(u) as name,
            json_agg(json_build_object('id', fresh.id, 'slug', fresh.slug, 'title', fresh.title,
              'startsAt', fresh.starts_at, 'endsAt', fresh.ends_at, 'city', fresh.city,
              'opensAt', fresh.registration_opens_at) order by fresh.title, fresh.starts_at, fresh.id) as sessions
       from wished join fresh on fresh.id = wished.id
       join users u on u.id = wished.user_id and u.closed_at is null
      where not exists (select from enrolments e where e.user_id = u.id and e.action_id = fresh.action_id
                           and is_live(e.state))
        and not exists (select from new_date_stops n where n.user_id = u.id)
        and not exists (select from new_session_notices n where n.session_id = fresh.id and n.user_id = u.id)
      group by u.id order by u.id`,
    { ids: [...sessionIds], now },
  );
}

/** Notes that somebody has read of the new sessions of these actions, by the alert of a saved search. */
export async function noteTold(
  trx: Knex.Transaction,
  userId: number,
  actionIds: readonly number[],
  now: Date,
): Promise<void> {
  const noticed = 'action_id = any(cast(:actionIds as int[])) and noticed_at <= :now';
  await lockSessions(trx, noticed, { actionIds: [...actionIds], now });
  await execute(
    trx,
    `insert into new_session_notices (user_id, session_id)
     select :userId, s.id from sessions s
      where s.action_id = any(cast(:actionIds as int[])) and s.noticed_at <= :now and s.announced_at is null
         on conflict do nothing`,
    { userId, actionIds: [...actionIds], now },
  );
}

/** Forgets who was told of sessions that everybody has been told of. */
export async function forgetNotices(db: Knex): Promise<void> {
  await execute(
    db,
    `delete from new_session_notices n using sessions s where s.id = n.session_id and s.announced_at is not null`,
  );
}
