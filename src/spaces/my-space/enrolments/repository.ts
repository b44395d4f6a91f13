import type { Knex } from 'knex';
import type { CalendarSlot } from '#enrolment/calendar.ts';
import { departuresOf } from '#enrolment/calendar-sequence.ts';
import { query } from '#platform/database/query.ts';
import { DETAILED_FROM, DETAILS, MINE, type MyEnrolment, SLOTS } from '../repository.ts';
import type { KeptLine } from './history.ts';

/** One request with everything that its person may know of it. */
export interface MyRequest extends MyEnrolment {
  motivation: string;
  providerName: string;
  needsHrApproval: boolean;
  needsProviderApproval: boolean;
  registrationClosesAt: Date;
  /** The page of the action can be opened. */
  isPublic: boolean;
  /** With the connection links for those who are enrolled; all half-days, whatever the state. */
  slots: CalendarSlot[];
  history: KeptLine[];
}

/** @returns undefined for somebody else's request, and for none at all */
export async function findMyRequest(
  db: Knex,
  userId: number,
  enrolmentId: number,
  now: Date,
): Promise<MyRequest | undefined> {
  const rows = await query<MyRequest[]>(
    db,
    `with m as (${MINE} and e.id = :enrolmentId)
     select ${DETAILS}, m.motivation, pr.name as "providerName", k.needs_hr_approval as "needsHrApproval",
            k.needs_provider_approval as "needsProviderApproval",
            se.registration_closes_at as "registrationClosesAt",
            coalesce(is_public(a, :now), false) as "isPublic",
            ${SLOTS} as slots,
            (select json_agg(json_build_object(
                      'at', h.at, 'from', h.from_state, 'to', h.to_state, 'role', h.by_role, 'way', h.way,
                      'reason', h.reason, 'isMove', h.from_session_id is not null,
                      'validatorName', case when h.by_role = 'hr_validator'
                                            then full_name(b) end) order by h.id)
               from enrolment_history h left join users b on b.id = h.by_user_id
              where h.enrolment_id = m.id) as history
       from m ${DETAILED_FROM}
       join structures pr on pr.id = a.provider_id
       join sessions se on se.id = m.session_id`,
    { userId, now, enrolmentId },
  );
  const row = rows[0];
  // A request that came from elsewhere (an import, say) may have no history.
  return row && { ...row, history: (row.history ?? []).map((line) => ({ ...line, at: new Date(line.at) })) };
}

/** What the person's own calendar file is made of; undefined unless they are enrolled. */
export async function findMySession(
  db: Knex,
  userId: number,
  enrolmentId: number,
): Promise<
  | {
      sessionId: number;
      calendarSequence: number;
      departures: number;
      /** When its dates last changed; null for one that never did, from before that was noted. */
      changedAt: Date | null;
      title: string;
      slug: string;
      slots: CalendarSlot[];
    }
  | undefined
> {
  const { rows } = await db.raw(
    `select m.session_id as "sessionId", s.calendar_sequence as "calendarSequence", a.title, a.slug,
            coalesce(s.calendar_changed_at, s.added_at) as "changedAt",
            ${departuresOf('m.user_id', 'm.action_id')} as departures,
            ${SLOTS} as slots
       from enrolments m
       join sessions s on s.id = m.session_id
       join actions a on a.id = m.action_id
      where m.id = ? and m.user_id = ? and m.state in ('enrolled', 'attended')`,
    [enrolmentId, userId],
  );
  return rows[0];
}
