import type { Knex } from 'knex';
import { CONFIRMED_STATES, type State } from '#enrolment/states.ts';
import { execute, query, whenRun } from '#platform/database/query.ts';
import { UNEXPLAINED } from '../signing/discrepancies/repository.ts';
import type { Mark, Presence } from './rules.ts';

/** A half-day of a sheet, with when and by whom it was recorded. */
export interface SheetSlot {
  id: number;
  startsAt: Date;
  endsAt: Date;
  version: number;
  recordedAt: Date | null;
  recordedBy: string | null;
}

/** The attendance sheet of a session. */
export interface Sheet {
  sessionId: number;
  providerId: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
  slots: SheetSlot[];
  people: number;
  /** Marks that exist, of people × half-days. */
  marks: number;
  closedAt: Date | null;
  /** Something was changed since the sheet was validated. */
  isCorrected: boolean;
  /** Marks that differ from a signature without a reason. */
  unexplained: number;
}

/** The sheet of a session in one statement; undefined for an unknown one. */
export async function findSheet(db: Knex, sessionId: number): Promise<Sheet | undefined> {
  const rows = await query<Sheet[]>(
    db,
    `select s.id as "sessionId", a.provider_id as "providerId", a.title as "actionTitle",
            s.starts_at as "startsAt", s.ends_at as "endsAt", s.cancelled_at is not null as "isCancelled",
            (select coalesce(json_agg(json_build_object(
                       'id', sl.id, 'startsAt', sl.starts_at, 'endsAt', sl.ends_at,
                       'version', coalesce(r.version, 0), 'recordedAt', r.recorded_at,
                       'recordedBy', coalesce(l.trainer_name, full_name(u)))
                     order by sl.starts_at, sl.id), '[]')
               from slots sl
               left join attendance_slots r on r.slot_id = sl.id
               left join users u on u.id = r.recorded_by
               left join trainer_links l on l.id = r.recorded_by_link
              where sl.session_id = s.id) as slots,
            roster.people, marked.marks, sheet.closed_at as "closedAt",
            coalesce(marked.last_change > sheet.closed_at, false) as "isCorrected",
            ${UNEXPLAINED} as unexplained
       from sessions s
       join actions a on a.id = s.action_id
       left join attendance_sheets sheet on sheet.session_id = s.id
       cross join lateral (
         select count(*) as people from enrolments e
          where e.session_id = s.id and e.state = any(cast(:roster as text[]))) roster
       cross join lateral (
         select count(*) as marks, max(m.changed_at) as last_change
           from attendance m join enrolments e on e.id = m.enrolment_id
          where e.session_id = s.id and e.state = any(cast(:roster as text[]))) marked
      where s.id = :sessionId`,
    { sessionId, roster: [...CONFIRMED_STATES] },
  );
  const [sheet] = rows;
  if (!sheet) return undefined;
  const slots = sheet.slots.map((slot) => ({
    ...slot,
    startsAt: new Date(slot.startsAt),
    endsAt: new Date(slot.endsAt),
    recordedAt: slot.recordedAt && new Date(slot.recordedAt),
  }));
  return { ...sheet, slots };
}

/** Somebody on the sheet, with what is recorded of them. */
export interface RosterRow {
  id: number;
  userId: number;
  name: string;
  structureName: string;
  state: State;
  marks: Mark[];
  /** When one of the marks last changed; null where there is none. */
  changedAt: Date | null;
}

/** People of a session in the order of their names, all of them or a page. */
export async function findRoster(
  db: Knex,
  sessionId: number,
  page: { offset: number; limit: number | null } = { offset: 0, limit: null },
): Promise<RosterRow[]> {
  return query<RosterRow[]>(
    db,
    `select e.id, u.id as "userId", full_name(u) as name, st.name as "structureName", e.state,
            coalesce(marked.marks, '[]') as marks, marked.changed_at as "changedAt"
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       left join lateral (
         select json_agg(json_build_object('slotId', m.slot_id, 'presence', m.presence, 'minutes', m.minutes)) as marks,
                max(m.changed_at) as changed_at
           from attendance m where m.enrolment_id = e.id) marked on true
      where e.session_id = :sessionId and e.state = any(cast(${whenRun('cast(:roster as text[])')} as text[]))
      order by u.last_name, u.first_name, e.id
      offset :offset limit :limit`,
    { sessionId, roster: [...CONFIRMED_STATES], ...page },
  );
}

/** Notes that a half-day was recorded, by whom, or by the link of whom; its version goes up. */
export async function recordSlot(
  trx: Knex.Transaction,
  slot: { slotId: number; at: Date; by: number; byLink: number | null },
): Promise<void> {
  await execute(
    trx,
    `insert into attendance_slots (slot_id, recorded_at, recorded_by, recorded_by_link)
     values (:slotId, :at, :by, :byLink)
     on conflict (slot_id) do update set version = attendance_slots.version + 1,
            recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by,
            recorded_by_link = excluded.recorded_by_link`,
    slot,
  );
}

/** Writes a mark; the moment of its change moves only when it says something else. */
export async function writeMark(
  trx: Knex.Transaction,
  mark: { enrolmentId: number; slotId: number; presence: Presence; minutes: number | null; at: Date },
): Promise<void> {
  await execute(
    trx,
    `insert into attendance (enrolment_id, slot_id, presence, minutes, changed_at)
     values (:enrolmentId, :slotId, :presence, :minutes, :at)
     on conflict (enrolment_id, slot_id) do update
        set presence = excluded.presence, minutes = excluded.minutes, changed_at = excluded.changed_at
      where (attendance.presence, attendance.minutes) is distinct from (excluded.presence, excluded.minutes)`,
    mark,
  );
}

/** Marks the sheet as validated, again where it was corrected. */
export async function writeClosing(
  trx: Knex.Transaction,
  closing: { sessionId: number; at: Date; by: number },
): Promise<void> {
  await execute(
    trx,
    `insert into attendance_sheets (session_id, closed_at, closed_by) values (:sessionId, :at, :by)
     on conflict (session_id) do update set closed_at = excluded.closed_at, closed_by = excluded.closed_by`,
    closing,
  );
}
