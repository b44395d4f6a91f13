import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import { MAX_ATTEMPTS } from '#platform/mail/queue.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import type { OpenAccount } from './rules.ts';

/** A person's place in a list that is read in parts: the moment as the database writes it, microseconds included. */
interface Cursor {
  cursor: string;
  id: number;
}
const BATCH = 200;

/** The ids of a list by moment and id, read in parts so that memory stays bounded however long it is. */
async function* idsByMoment(
  db: Knex,
  { column, only, before }: { column: string; only: string; before: Date },
): AsyncGenerator<number> {
  let last: Cursor = { cursor: '-infinity', id: 0 };
  for (;;) {
    const rows = await query<Cursor[]>(
      db,
      `select id, cast(${column} as text) as cursor from users
        where ${only} and ${column} < :before and (${column}, id) > (cast(:cursor as timestamptz), :id)
        order by ${column}, id limit ${BATCH}`,
      { before, ...last },
    );
    for (const row of rows) yield row.id;
    if (rows.length < BATCH) return;
    last = rows.at(-1) as Cursor;
  }
}

/** Open accounts that nobody has used since, the longest ago first. */
export const idsOfInactive = (db: Knex, before: Date) =>
  idsByMoment(db, { column: 'last_active_at', only: 'closed_at is null', before });

/** Accounts closed before, and not anonymised yet. */
export const idsOfClosed = (db: Knex, before: Date) =>
  idsByMoment(db, { column: 'closed_at', only: 'closed_at is not null and anonymised_at is null', before });

/** People whose last training record has passed its term. @param today `YYYY-MM-DD` */
export function idsOfNamesToForget(db: Knex, today: string): Promise<number[]> {
  return db('users')
    .where('name_kept_until', '<=', today)
    .orderBy('name_kept_until')
    .limit(10_000)
    .pluck('id');
}

/**
 * Notes from when the notice of each warning runs: the moment at which its e-mail left. One that every retry was
 * refused for counts from now: no e-mail reaches an address that no longer exists, and its account would stay open
 * for ever. One that is still on its way, or whose server does not answer, goes on waiting.
 */
export async function noteDepartures(db: Knex, now: Date): Promise<void> {
  await execute(
    db,
    `update inactivity_warnings w
        set notice_from = coalesce((select e.sent_at from emails e where e.id = w.email_id), :now)
      where w.user_id in (
        select x.user_id from inactivity_warnings x left join emails e on e.id = x.email_id
         where x.notice_from is null
           and (e.id is null or e.status in ('sent', 'undeliverable')
                or (e.status = 'failing' and not e.server_unreachable and e.attempts >= :attempts))
         order by x.user_id for update of x skip locked)`,
    { now, attempts: MAX_ATTEMPTS },
  );
}

/** A person with all that decides what becomes of their account. */
export interface Subject extends OpenAccount, Recipient {
  id: number;
  isManager: boolean;
  closedAt: Date | null;
  anonymisedAt: Date | null;
  nameKeptUntil: string | null;
}

/**
 * Locks a person, and with a manager of the agency all the others: the last two must not be closed at the same moment.
 * @returns them as they are under the lock
 */
export async function lockSubject(trx: Knex.Transaction, userId: number): Promise<Subject | undefined> {
  const sql = `select id from users
                where id = :userId
                   or (is_agency_manager and (select m.is_agency_manager from users m where m.id = :userId))`;
  await lock(trx, { people: { sql, bindings: { userId } } });
  const rows = await query<Subject[]>(
    trx,
    `select u.id, u.email, u.first_name as "firstName", u.last_name as "lastName",
            u.is_agency_manager as "isManager", u.last_active_at as "lastActiveAt", u.closed_at as "closedAt",
            u.anonymised_at as "anonymisedAt", cast(u.name_kept_until as text) as "nameKeptUntil",
            w.warned_at as "warnedAt", w.notice_from as "noticeFrom"
       from users u left join inactivity_warnings w on w.user_id = u.id
      where u.id = ?`,
    [userId],
  );
  return rows[0];
}

/** Whether another manager of the agency can still sign in. */
export async function hasOtherManager(trx: Knex.Transaction, userId: number): Promise<boolean> {
  const other = await trx('users')
    .where({ is_agency_manager: true, closed_at: null })
    .whereNot({ id: userId })
    .first('id');
  return other !== undefined;
}

/** Records the latest warning of a person; it takes the place of one that they answered by coming back. */
export async function recordWarning(
  trx: Knex.Transaction,
  userId: number,
  emailId: number,
  at: Date,
): Promise<void> {
  await trx('inactivity_warnings')
    .insert({ user_id: userId, warned_at: at, email_id: emailId, notice_from: null })
    .onConflict('user_id')
    .merge();
}

/** Locks the structures that a person asks to belong to, with their own, by number. */
export async function lockStructuresAskedFor(trx: Knex.Transaction, userId: number): Promise<void> {
  const sql = `select structure_id from affiliation_requests where user_id = :userId and state = 'pending'
               union select structure_id from affiliations where user_id = :userId
               union select structure_id from enrolments where user_id = :userId
                 and is_live(state)`;
  await lock(trx, { structures: { sql, bindings: { userId } } });
}

/** Places and ranks in sessions to come. */
export async function countKeptPlaces(trx: Knex.Transaction, userId: number, now: Date): Promise<number> {
  const rows = await query<{ kept: number }[]>(
    trx,
    `select count(*) as kept from enrolments e join sessions s on s.id = e.session_id
      where e.user_id = :userId and is_live(e.state) and e.state <> 'requested'
        and s.starts_at > :now and s.cancelled_at is null`,
    { userId, now },
  );
  return rows[0]?.kept ?? 0;
}

/** How many structures with other people have this person as their only référent. */
export async function countLedAlone(trx: Knex.Transaction, userId: number): Promise<number> {
  const rows = await query<{ count: number }[]>(
    trx,
    `select count(*)
       from affiliations a
       join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
      where a.user_id = :userId
        and exists (select from affiliations o join users u on u.id = o.user_id and u.closed_at is null
                     where o.structure_id = a.structure_id and o.user_id <> :userId)
        and not exists (select from affiliations o
                          join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
                         where o.structure_id = a.structure_id and o.user_id <> :userId)`,
    { userId },
  );
  return rows[0]?.count ?? 0;
}

/** Notes that the agency is to be told what the closing of an account leaves. */
export async function markToTell(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx('inactivity_warnings').where({ user_id: userId }).update({ to_tell: true });
}

/** Takes the marks of {@link markToTell} away. @returns whom they were on */
export async function takeToTell(trx: Knex.Transaction): Promise<number[]> {
  const rows: { user_id: number }[] = await trx('inactivity_warnings')
    .where({ to_tell: true })
    .update({ to_tell: false })
    .returning('user_id');
  return rows.map(({ user_id }) => user_id);
}

/** What the closed account of a person leaves. */
export interface LeftBehind {
  name: string;
  /** Structures that nobody is référent of any more. */
  leaderless: string[];
  /** Places and ranks in sessions to come. */
  kept: number;
}

/** What closed accounts leave, by name. */
export async function findLeftBehind(
  trx: Knex.Transaction,
  userIds: number[],
  now: Date,
): Promise<LeftBehind[]> {
  return query<LeftBehind[]>(
    trx,
    `select full_name(u) as name,
            coalesce((
              select json_agg(s.name order by s.name)
                from affiliations a
                join suspended_rights r on r.affiliation_id = a.id and r."right" = 'referent'
                join structures s on s.id = a.structure_id
               where a.user_id = u.id
                 and not exists (select from affiliations o
                                   join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
                                  where o.structure_id = s.id)), '[]') as leaderless,
            (select count(*) from enrolments e join sessions s on s.id = e.session_id
              where e.user_id = u.id and is_live(e.state) and e.state <> 'requested'
                and s.starts_at > :now and s.cancelled_at is null) as kept
       from users u where u.id = any(cast(:userIds as int[]))
      order by u.last_name, u.first_name, u.id`,
    { now, userIds },
  );
}

/** Closes an account: no decision is left to its owner, by a page or by a link. */
export async function markClosed(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx('users').where({ id: userId }).update({ closed_at: at, is_agency_manager: false });
  await trx('decision_links').where({ user_id: userId }).delete();
}

/** Reopens an account; the link that did it counts as a use of it. */
export async function markOpen(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx('users').where({ id: userId }).update({ closed_at: null, last_link_use_at: at });
  await trx('inactivity_warnings').where({ user_id: userId }).delete();
}

/** What the enrolments of a person say about forgetting them. */
export interface TrainingFacts {
  /** Something of theirs is still to be decided or to take place. */
  hasLive: boolean;
  /** The end of the last session that is a record of training; null without any. */
  lastRecordEndsAt: Date | null;
}

export async function readTrainingFacts(
  trx: Knex.Transaction,
  userId: number,
  now: Date,
): Promise<TrainingFacts> {
  const rows = await query<TrainingFacts[]>(
    trx,
    `select coalesce(bool_or(e.state in ('requested', 'waitlisted', 'preregistered')
                             or (e.state = 'enrolled' and s.ends_at > :now)), false) as "hasLive",
            max(s.ends_at) filter (where is_confirmed(e.state)) as "lastRecordEndsAt"
       from enrolments e join sessions s on s.id = e.session_id
      where e.user_id = :userId and s.cancelled_at is null`,
    { userId, now },
  );
  return rows[0] as TrainingFacts;
}
