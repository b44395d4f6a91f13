import type { Knex } from 'knex';
import { holds, type KnownRecipient, MANAGES, recipientsWho } from '#access/recipients.ts';
import { query } from '#platform/database/query.ts';
import { parisDay } from '#platform/french/time.ts';
import type { CalendarSlot } from '../calendar.ts';
import { departuresOf } from '../calendar-sequence.ts';
import { calendarSlots } from '../slots.ts';
import { VALIDATORS, type Validator } from './validators.ts';

/** What the e-mails about one enrolment are made of, and whom they may go to. */
export interface NoticeRow {
  person_id: number;
  person_email: string;
  person_name: string;
  structure_name: string;
  action_title: string;
  slug: string;
  session_id: number;
  provider_name: string;
  starts_at: Date;
  ends_at: Date;
  registration_closes_at: Date;
  calendar_sequence: number;
  departures: number;
  motivation: string;
  slots: CalendarSlot[];
  /** Whoever decided, and in whose name. */
  approver_ids: number[];
  validators: Validator[];
  providers: KnownRecipient[];
  agency: KnownRecipient[];
}

/** @param now the day on which somebody may stand in for a validator */
export async function findNoticeRow(
  trx: Knex.Transaction,
  enrolmentId: number,
  now: Date,
): Promise<NoticeRow> {
  const rows = await query<NoticeRow[]>(
    trx,
    `select u.id as person_id, u.email as person_email, full_name(u) as person_name,
            st.name as structure_name, a.title as action_title, a.slug, pr.name as provider_name,
            s.id as session_id, s.starts_at, s.ends_at, s.registration_closes_at, s.calendar_sequence, e.motivation,
            ${departuresOf('e.user_id', 'e.action_id')} as departures,
            ${calendarSlots('s.id')} as slots,
            array(select unnest(array[h.by_user_id, h.for_user_id])
                    from (select * from enrolment_history
                           where enrolment_id = e.id and by_role = 'hr_validator' order by id desc limit 1) h) as approver_ids,
            ${VALIDATORS} as validators,
            ${recipientsWho(`p.id <> u.id and ${holds('provider', 'a.provider_id')}`)} as providers,
            ${recipientsWho(`p.id <> u.id and ${MANAGES}`)} as agency
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join structures pr on pr.id = a.provider_id
      where e.id = :enrolmentId`,
    { enrolmentId, today: parisDay(now).toString() },
  );
  const row = rows[0] as NoticeRow;
  for (const slot of row.slots) {
    slot.startsAt = new Date(slot.startsAt);
    slot.endsAt = new Date(slot.endsAt);
  }
  return row;
}
