import type { Knex } from 'knex';
import type { Presence } from '#follow-up/attendance/rules.ts';
import { query } from '#platform/database/query.ts';
import { SIGNING_COLUMNS, SIGNING_JOINS, type SigningSlot } from '../windows/repository.ts';

const OF_SLOT = 'session_id = sl.session_id and %.starts_at = sl.starts_at and %.ends_at = sl.ends_at';
const ofSlot = (alias: string) => `${alias}.${OF_SLOT.replaceAll('%', alias)}`;

/** Who signed a half-day, of those who are expected. */
export interface RoomCount {
  expected: number;
  signed: number;
}

/** How many signed a half-day: what its room shows. */
export async function countRoom(db: Knex, slotId: number): Promise<RoomCount> {
  const rows = await query<[RoomCount]>(
    db,
    `select count(*) as expected, count(g.seq) as signed
       from slots sl
       join enrolments e on e.session_id = sl.session_id and is_confirmed(e.state)
       left join attendance_signatures g
              on ${ofSlot('g')} and g.kind = 'participant' and g.enrolment_id = e.id
      where sl.id = :slotId`,
    { slotId },
  );
  return rows[0];
}

/** Somebody expected in a half-day, with their mark and their signature. */
export interface RoomPerson {
  enrolmentId: number;
  userId: number;
  name: string;
  structureName: string;
  presence: Presence | null;
  minutes: number | null;
  signedAt: Date | null;
  method: 'qr' | 'digits' | 'late' | null;
  reason: string;
  isConfirmed: boolean;
  /** Three people signed from the same device within two minutes, as far as can be told. */
  isShared: boolean;
  /** They signed several half-days late within a minute. */
  isHasty: boolean;
}

/** Of a signature `g` with its evidence `v`: three people at least signed from a like device within two minutes. */
export const IS_SHARED = `
  (select count(distinct o.enrolment_id) >= 3
     from attendance_signatures o
     join attendance_signature_evidence ov on ov.session_id = o.session_id and ov.seq = o.seq
    where o.session_id = g.session_id and o.kind = 'participant'
      and ov.ip = v.ip and ov.user_agent = v.user_agent
      and o.signed_at between g.signed_at - interval '2 minutes' and g.signed_at + interval '2 minutes')`;

/** Of a signature `g`: the person signed several half-days late within a minute. */
export const IS_HASTY = `
  exists (select from attendance_signatures o
           where o.session_id = g.session_id and o.enrolment_id = g.enrolment_id and o.seq <> g.seq
             and o.kind = 'participant' and o.method = 'late' and g.method = 'late'
             and o.signed_at between g.signed_at - interval '1 minute' and g.signed_at + interval '1 minute')`;

/** The people of a half-day in the order of their names, a page of them. */
export function findRoom(
  db: Knex,
  slotId: number,
  page: { offset: number; limit: number },
): Promise<RoomPerson[]> {
  return query<RoomPerson[]>(
    db,
    `select e.id as "enrolmentId", u.id as "userId", full_name(u) as name, st.name as "structureName",
            m.presence, m.minutes, g.signed_at as "signedAt", g.method, coalesce(v.reason, '') as reason,
            exists (select from attendance_signatures k
                     where ${ofSlot('k')} and k.kind = 'confirmation' and k.enrolment_id = e.id) as "isConfirmed",
            ${IS_SHARED} as "isShared", ${IS_HASTY} as "isHasty"
       from slots sl
       join enrolments e on e.session_id = sl.session_id and is_confirmed(e.state)
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       left join attendance m on m.enrolment_id = e.id and m.slot_id = sl.id
       left join attendance_signatures g
              on ${ofSlot('g')} and g.kind = 'participant' and g.enrolment_id = e.id
       left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
      where sl.id = :slotId
      order by u.last_name, u.first_name, e.id
      offset :offset limit :limit`,
    { slotId, offset: page.offset, limit: page.limit },
  );
}

/** The counter-signature of a half-day. */
export interface Countersignature {
  signedAt: Date;
  /** The trainer of the link, or whoever of the training body signed. */
  name: string;
}

/** A half-day of a session with how far its signing is. */
export interface SlotProgress extends SigningSlot, RoomCount {
  /** Late ones that nobody has confirmed. */
  unconfirmed: number;
  countersignature: Countersignature | null;
  /** Of the marks: 0 for a half-day that nobody recorded. */
  version: number;
  /** Whether whoever asks has a confirmed place in the session. */
  isOwnSession: boolean;
}

/** The half-days of a session in their order, with how far the signing of each is. */
export async function findProgress(
  db: Knex,
  sessionId: number,
  userId: number | null = null,
): Promise<SlotProgress[]> {
  const rows = await query<SlotProgress[]>(
    db,
    `select ${SIGNING_COLUMNS}, coalesce(r.version, 0) as version,
            exists (select from enrolments e where e.session_id = sl.session_id and e.user_id = :userId
                       and is_confirmed(e.state)) as "isOwnSession",
            (select count(*) from enrolments e where e.session_id = sl.session_id and is_confirmed(e.state)) as expected,
            (select count(*) from attendance_signatures g join enrolments e on e.id = g.enrolment_id
              where ${ofSlot('g')} and g.kind = 'participant' and is_confirmed(e.state)) as signed,
            (select count(*) from attendance_signatures g
              where ${ofSlot('g')} and g.kind = 'participant' and g.method = 'late'
                and not exists (select from attendance_signatures k
                                 where ${ofSlot('k')} and k.kind = 'confirmation'
                                   and k.enrolment_id = g.enrolment_id)) as unconfirmed,
            (select json_build_object('signedAt', g.signed_at, 'name', coalesce(l.trainer_name, full_name(u)))
               from attendance_signatures g
               left join users u on u.id = g.user_id
               left join trainer_links l on l.id = g.link_id
              where ${ofSlot('g')} and g.kind = 'trainer') as countersignature
       from slots sl ${SIGNING_JOINS}
       left join attendance_slots r on r.slot_id = sl.id
      where sl.session_id = :sessionId
      order by sl.starts_at, sl.id`,
    { sessionId, userId },
  );
  for (const { countersignature } of rows)
    if (countersignature) countersignature.signedAt = new Date(countersignature.signedAt);
  return rows;
}
