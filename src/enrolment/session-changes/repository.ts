import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { departmentOf } from '#platform/french/departments.ts';
import type { CalendarSlot } from '../calendar.ts';
import type { EnrolmentRow } from '../repository.ts';
import { EXPECTED_STATES, LIVE_STATES, type State } from '../states.ts';

/** A session as a change of it needs it. */
export interface SessionToChange {
  id: number;
  actionId: number;
  capacity: number;
  waitingCapacity: number;
  registrationOpensAt: Date;
  registrationClosesAt: Date;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
  calendarSequence: number;
  /** Goes up with every change of the session itself: forms opened before are told so. */
  version: number;
}

/** @returns undefined when there is none of this id */
export function findSession(db: Knex, id: number): Promise<SessionToChange | undefined> {
  return db('sessions').where({ id }).first({
    id: 'id',
    actionId: 'action_id',
    capacity: 'capacity',
    waitingCapacity: 'waiting_capacity',
    registrationOpensAt: 'registration_opens_at',
    registrationClosesAt: 'registration_closes_at',
    startsAt: 'starts_at',
    endsAt: 'ends_at',
    cancelledAt: 'cancelled_at',
    calendarSequence: 'calendar_sequence',
    version: 'lock_version',
  });
}

/** The half-days of a session, connection links included. */
export function findSlots(db: Knex, sessionId: number): Promise<(CalendarSlot & { id: number })[]> {
  return db('slots').where({ session_id: sessionId }).orderBy(['starts_at', 'id']).select({
    id: 'id',
    startsAt: 'starts_at',
    endsAt: 'ends_at',
    modality: 'modality',
    place: 'place',
    address: 'address',
    postcode: 'postcode',
    city: 'city',
    link: 'link',
  });
}

const enrolmentColumns = {
  id: 'e.id',
  userId: 'e.user_id',
  structureId: 'e.structure_id',
  actionId: 'e.action_id',
  sessionId: 'e.session_id',
  state: 'e.state',
};

/** Everybody who waits for a place in a session or holds one, oldest request first. */
export function findLiveInSession(db: Knex, sessionId: number): Promise<EnrolmentRow[]> {
  return db('enrolments as e')
    .where('e.session_id', sessionId)
    .whereIn('e.state', [...LIVE_STATES])
    .orderBy(['e.requested_at', 'e.id'])
    .select(enrolmentColumns);
}

/** Whether the presence of somebody is recorded already. */
export async function hasPresence(db: Knex, sessionId: number): Promise<boolean> {
  const row = await db('enrolments')
    .where({ session_id: sessionId })
    .whereIn('state', ['attended', 'absent'])
    .first('id');
  return row !== undefined;
}

/** An enrolment that went with its session, and the state that it was in. */
export interface CancelledWithSession extends EnrolmentRow {
  before: State;
}

/** Those whom the session's cancellation ended: seats first, then in the order of the queue. */
export async function findCancelledWith(db: Knex, sessionId: number): Promise<CancelledWithSession[]> {
  return query<CancelledWithSession[]>(
    db,
    `select e.id, e.user_id as "userId", e.structure_id as "structureId", e.action_id as "actionId",
            e.session_id as "sessionId", e.state, h.from_state as before
       from enrolments e
       join sessions s on s.id = e.session_id
       join lateral (select from_state, at from enrolment_history
                      where enrolment_id = e.id order by id desc limit 1) h on h.at >= s.cancelled_at
      where e.session_id = ? and e.state = 'session_cancelled' and h.from_state is not null
      order by is_expected(h.from_state) desc, e.requested_at, e.id`,
    [sessionId],
  );
}

/** Marks a session as cancelled, or as taking place again; calendars are told by the higher sequence. */
export async function markCancelled(
  trx: Knex.Transaction,
  sessionId: number,
  cancelled: { at: Date; reason: string } | null,
  at: Date,
): Promise<void> {
  await trx('sessions')
    .where({ id: sessionId })
    .update({
      cancelled_at: cancelled?.at ?? null,
      cancellation_reason: cancelled?.reason ?? null,
      calendar_sequence: trx.raw('calendar_sequence + 1'),
      calendar_changed_at: at,
      lock_version: trx.raw('lock_version + 1'),
    });
}

/** Asks everybody with a seat whether they still come. */
export async function askForConfirmation(
  trx: Knex.Transaction,
  enrolmentIds: readonly number[],
  at: Date,
): Promise<void> {
  await trx('enrolments')
    .whereIn('id', [...enrolmentIds])
    .whereIn('state', [...EXPECTED_STATES])
    .update({ confirmation_asked_at: at, confirmed_at: null });
}

/** Puts an enrolment in another session; what was asked about the former one is void. */
export async function moveToSession(trx: Knex.Transaction, id: number, sessionId: number): Promise<void> {
  await trx('enrolments')
    .where({ id })
    .update({ session_id: sessionId, confirmation_asked_at: null, confirmed_at: null });
}

/** A half-day to come. */
export interface NewSlot {
  startsAt: Date;
  endsAt: Date;
  modality: 'in_person' | 'remote';
  place: string;
  address: string;
  postcode: string;
  city: string;
  link: string;
}

/** Replaces the half-days of a session, and what is derived from them. */
export async function replaceSlots(
  trx: Knex.Transaction,
  sessionId: number,
  slots: readonly NewSlot[],
  registration: { opensAt: Date; closesAt: Date },
  at: Date,
): Promise<void> {
  await trx('slots').where({ session_id: sessionId }).delete();
  await trx('slots').insert(
    slots.map(({ startsAt, endsAt, ...where }) => ({
      session_id: sessionId,
      starts_at: startsAt,
      ends_at: endsAt,
      ...where,
    })),
  );
  // Lists filter by town: that of the first half-day that has one.
  const place = slots.find(({ modality, city }) => modality === 'in_person' && city !== '');
  await trx('sessions')
    .where({ id: sessionId })
    .update({
      city: place?.city ?? null,
      department: (place && departmentOf(place)) || null,
      starts_at: new Date(Math.min(...slots.map(({ startsAt }) => startsAt.getTime()))),
      ends_at: new Date(Math.max(...slots.map(({ endsAt }) => endsAt.getTime()))),
      registration_opens_at: registration.opensAt,
      registration_closes_at: registration.closesAt,
      calendar_sequence: trx.raw('calendar_sequence + 1'),
      calendar_changed_at: at,
      lock_version: trx.raw('lock_version + 1'),
    });
}

/** Changes how many people fit, and when one may ask for a place. */
export async function updateCapacity(
  trx: Knex.Transaction,
  sessionId: number,
  changed: { capacity: number; waitingCapacity: number; opensAt: Date; closesAt: Date },
): Promise<void> {
  await trx('sessions')
    .where({ id: sessionId })
    .update({
      capacity: changed.capacity,
      waiting_capacity: changed.waitingCapacity,
      registration_opens_at: changed.opensAt,
      registration_closes_at: changed.closesAt,
      lock_version: trx.raw('lock_version + 1'),
    });
}
