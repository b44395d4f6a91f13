import type { Knex } from 'knex';
import { EDITED_SLOTS } from '#enrolment/slots.ts';
import { lock, lockName } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';

/** A half-day with where it takes place. */
export interface Slot {
  startsAt: Date;
  endsAt: Date;
  isRemote: boolean;
}

/** Where the half-days of a session take place. */
export interface Place {
  place: string;
  address: string;
  postcode: string;
  city: string;
  link: string;
}

/** What the agency writes of a session. */
export interface SessionContent {
  slots: readonly Slot[];
  place: Place;
  /** Empty where every half-day is followed from afar. */
  department: string;
  capacity: number;
  waitingCapacity: number;
  opensAt: Date;
  closesAt: Date;
  /** The agency's own, unique among sessions. */
  reference: string | null;
}

/** A session as the agency edits it. */
export interface ManagedSession {
  id: number;
  actionId: number;
  version: number;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
  capacity: number;
  waitingCapacity: number;
  opensAt: Date;
  closesAt: Date;
  reference: string | null;
  /** Requests ever made for it. */
  enrolments: number;
  slots: (Omit<Slot, 'startsAt' | 'endsAt'> & Place & { startsAt: string; endsAt: string })[];
}

const SESSION = `
  s.id, s.action_id as "actionId", s.lock_version as version, s.starts_at as "startsAt", s.ends_at as "endsAt",
  s.cancelled_at is not null as "isCancelled", s.capacity, s.waiting_capacity as "waitingCapacity",
  s.registration_opens_at as "opensAt", s.registration_closes_at as "closesAt", s.reference,
  (select count(*) from enrolments e where e.session_id = s.id) as enrolments`;

export async function findSession(
  db: Knex,
  actionId: number,
  id: number,
): Promise<ManagedSession | undefined> {
  const rows = await query<ManagedSession[]>(
    db,
    `select ${SESSION},
            ${EDITED_SLOTS} as slots
       from sessions s where s.id = :id and s.action_id = :actionId`,
    { id, actionId },
  );
  return rows[0];
}

/** A session in the agency's list. */
export type ListedSession = Omit<ManagedSession, 'slots'> & {
  city: string | null;
  held: number;
  total: number;
};

/** Sessions that are to come or under way, that are over or cancelled, or all. */
export type Period = 'coming' | 'past' | 'all';
const PERIODS: Readonly<Record<Period, string>> = {
  coming: 's.ends_at > :now and s.cancelled_at is null',
  past: '(s.ends_at <= :now or s.cancelled_at is not null)',
  all: 'true',
};

/** One page of the sessions of an action, the latest first. */
export async function findSessions(
  db: Knex,
  actionId: number,
  { period, now }: { period: Period; now: Date },
  page: { limit: number; offset: number },
): Promise<ListedSession[]> {
  return query<ListedSession[]>(
    db,
    `select ${SESSION}, s.city, s.seats_held as held, count(*) over () as total
       from sessions s where s.action_id = :actionId and ${PERIODS[period]}
      order by s.starts_at desc, s.id desc limit :limit offset :offset`,
    { actionId, now, limit: page.limit, offset: page.offset },
  );
}

/** Locks an action until the end of the transaction: nobody asks for a place of it meanwhile. */
export async function lockAction(
  trx: Knex.Transaction,
  id: number,
): Promise<{ modality: string } | undefined> {
  await lock(trx, { actions: [id] });
  return trx('actions').where({ id }).first('modality');
}

const rowOf = (content: SessionContent) => ({
  capacity: content.capacity,
  waiting_capacity: content.waitingCapacity,
  registration_opens_at: content.opensAt,
  registration_closes_at: content.closesAt,
  starts_at: content.slots[0]?.startsAt,
  ends_at: new Date(Math.max(...content.slots.map(({ endsAt }) => endsAt.getTime()))),
  city: content.place.city || null,
  department: content.department || null,
  reference: content.reference,
});

/** @param at when it is added: those who wait for dates of the action are told */
export async function insertSession(
  trx: Knex,
  actionId: number,
  content: SessionContent,
  at: Date,
): Promise<number> {
  const [row] = await trx('sessions').insert({ ...rowOf(content), action_id: actionId, added_at: at }, 'id');
  await insertSlots(trx, row.id, content);
  return row.id;
}

/** Writes a session again, with its half-days; calendars that hold it take the new dates. */
export async function updateSession(trx: Knex, id: number, content: SessionContent, at: Date): Promise<void> {
  await trx('sessions')
    .where({ id })
    .update({
      ...rowOf(content),
      lock_version: trx.raw('lock_version + 1'),
      calendar_sequence: trx.raw('calendar_sequence + 1'),
      calendar_changed_at: at,
    });
  await trx('slots').where({ session_id: id }).delete();
  await insertSlots(trx, id, content);
}

/**
 * Whether another session has this reference. Until the end of the transaction nobody else gives it: always asked for
 * once the action is locked, whichever it is.
 */
export async function isReferenceTaken(
  trx: Knex.Transaction,
  reference: string,
  exceptId: number,
): Promise<boolean> {
  await lockName(trx, 'reference of a session', reference);
  return (await trx('sessions').where({ reference }).whereNot({ id: exceptId }).first('id')) !== undefined;
}

/** Whether somebody was moved from a session, or written to in it: what is kept of people tells of it. */
export async function isInHistory(trx: Knex, id: number): Promise<boolean> {
  const rows = await query<[{ told: boolean }]>(
    trx,
    `select exists (select from enrolment_history h where h.from_session_id = :id)
         or exists (select from session_messages m where m.session_id = :id) as told`,
    { id },
  );
  return rows[0].told;
}

/** Takes away a session that nobody ever asked for, with its half-days. */
export async function deleteSession(trx: Knex, id: number): Promise<void> {
  await trx('sessions').where({ id }).delete();
}

async function insertSlots(trx: Knex, sessionId: number, { slots, place }: SessionContent): Promise<void> {
  const there = { place: place.place, address: place.address, postcode: place.postcode, city: place.city };
  await trx('slots').insert(
    slots.map(({ startsAt, endsAt, isRemote }) => ({
      session_id: sessionId,
      starts_at: startsAt,
      ends_at: endsAt,
      modality: isRemote ? 'remote' : 'in_person',
      ...(isRemote ? { link: place.link } : there),
    })),
  );
}
