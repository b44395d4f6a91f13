import type { Knex } from 'knex';
import type { CalendarSlot } from '#enrolment/calendar.ts';
import { departuresOf } from '#enrolment/calendar-sequence.ts';
import { calendarSlots } from '#enrolment/slots.ts';
import { query } from '#platform/database/query.ts';
import type { Recipient } from '#platform/mail/recipient.ts';

/** The connection links of a session, in the order of its half-days; those that have none are left out. */
export async function findLinks(db: Knex, sessionId: number): Promise<string[]> {
  const rows = await query<{ link: string }[]>(
    db,
    `select link from slots where session_id = ? and modality <> 'in_person' and link <> '' order by starts_at, id`,
    [sessionId],
  );
  return rows.map(({ link }) => link);
}

/** Somebody who is called to a session, with what their calendar file is made of. */
export interface Convoked extends Recipient {
  enrolmentId: number;
  actionTitle: string;
  slug: string;
  providerName: string;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
  calendarSequence: number;
  departures: number;
  slots: CalendarSlot[];
}

/** Those of these enrolments who can be written to: a closed account is not. */
export const findConvoked = (db: Knex, enrolmentIds: readonly number[]): Promise<Convoked[]> =>
  query<Convoked[]>(
    db,
    `select e.id as "enrolmentId", cast(u.email as text) as email, u.first_name as "firstName",
            u.last_name as "lastName", a.title as "actionTitle", a.slug, pr.name as "providerName",
            s.id as "sessionId", s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.calendar_sequence as "calendarSequence", ${departuresOf('e.user_id', 'e.action_id')} as departures,
            ${calendarSlots('s.id')} as slots
       from enrolments e
       join users u on u.id = e.user_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = s.action_id
       join structures pr on pr.id = a.provider_id
      where e.id = any(cast(? as int[])) and u.closed_at is null
      order by e.id`,
    [[...enrolmentIds]],
  );
