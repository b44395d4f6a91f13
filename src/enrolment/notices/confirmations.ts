import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { isReminderTime, workingDaysBefore } from '#platform/french/working-days.ts';
import { each } from '#platform/jobs/each.ts';
import { lockForDecision } from '../locks.ts';
import { findEnrolment } from '../repository.ts';
import { findSlots } from '../session-changes/repository.ts';
import { confirmationReminder } from './change-mails.ts';

/** Working days after the question, then before the session. */
const AFTER_MOVE_DAYS = 3;
const BEFORE_START_DAYS = 2;

export type ReminderMoment = 'after_move' | 'before_start';

/** What decides whether somebody is reminded now. */
export interface Unconfirmed {
  /** When they were asked whether they still come. */
  askedAt: Date;
  startsAt: Date;
  /** Reminders of that question that have left. */
  sent: readonly ReminderMoment[];
}

/**
 * Which reminder is due: once three working days after the question, and once more two working days before the session.
 * After an interruption, or for a session near at hand, only the later one leaves.
 * @returns undefined when none is
 */
export function dueReminder({ askedAt, startsAt, sent }: Unconfirmed, now: Date): ReminderMoment | undefined {
  // Not on the day of the question itself.
  const isToday = askedAt >= parisMoment(parisDay(now), '00:00');
  if (startsAt <= now || isToday || sent.includes('before_start')) return undefined;
  if (now >= workingDaysBefore(startsAt, BEFORE_START_DAYS)) return 'before_start';
  const isDue = askedAt < workingDaysBefore(now, AFTER_MOVE_DAYS) && !sent.includes('after_move');
  return isDue ? 'after_move' : undefined;
}

interface UnconfirmedRow extends Unconfirmed {
  id: number;
  actionId: number;
}

/**
 * Reminds the people whose session was moved or restored and who have not said whether they still come. The enrolment
 * is read again under the locks that a confirmation takes. A scheduled job; outside working hours it waits for them.
 * @returns how many people
 */
export async function remindConfirmations(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  if (!isReminderTime(now)) return 0;
  let reminded = 0;
  const remind = ({ id }: UnconfirmedRow) =>
    deps.db.transaction(async (trx) => {
      const known = await findEnrolment(trx, id);
      if (!known) return;
      await lockForDecision(trx, known);
      const [row] = await findUnconfirmed(trx, now, id);
      const moment = row && dueReminder(row, now);
      if (!row || !moment) return;
      await trx('confirmation_reminders').insert({
        enrolment_id: id,
        asked_at: row.askedAt,
        moment,
        sent_at: now,
      });
      await sendReminder(deps, trx, id, now);
      reminded += 1;
    });
  const due = (await findUnconfirmed(deps.db, now)).filter((one) => dueReminder(one, now));
  await each(due, remind, { log: deps.log, sharing: ({ actionId }) => actionId });
  return reminded;
}

/** Those who have yet to answer, or the one of this number; few, of all enrolments (`enrolments_to_confirm`). */
async function findUnconfirmed(db: Knex, now: Date, id: number | null = null): Promise<UnconfirmedRow[]> {
  return query<UnconfirmedRow[]>(
    db,
    `select e.id, e.action_id as "actionId", e.confirmation_asked_at as "askedAt", s.starts_at as "startsAt",
            array(select w.moment from confirmation_reminders w
                   where w.enrolment_id = e.id and w.asked_at = e.confirmation_asked_at) as sent
       from enrolments e
       join sessions s on s.id = e.session_id
       join users u on u.id = e.user_id and u.closed_at is null
      where e.confirmation_asked_at is not null and e.confirmed_at is null and is_expected(e.state)
        and s.cancelled_at is null and s.starts_at > :now and (cast(:id as int) is null or e.id = :id)
      order by e.confirmation_asked_at, e.id`,
    { now, id },
  );
}

async function sendReminder(
  { mail }: Dependencies,
  trx: Knex.Transaction,
  enrolmentId: number,
  now: Date,
): Promise<void> {
  const row = await trx('enrolments as e')
    .join('users as u', 'u.id', 'e.user_id')
    .join('sessions as s', 's.id', 'e.session_id')
    .join('actions as a', 'a.id', 'e.action_id')
    .join('structures as p', 'p.id', 'a.provider_id')
    .where('e.id', enrolmentId)
    .first({
      email: 'u.email',
      first: 'u.first_name',
      last: 'u.last_name',
      actionTitle: 'a.title',
      providerName: 'p.name',
      sessionId: 's.id',
      startsAt: 's.starts_at',
      endsAt: 's.ends_at',
    });
  const person = { email: row.email, name: `${row.first} ${row.last}` };
  const session = { ...row, slots: await findSlots(trx, row.sessionId) };
  await mail.enqueue(trx, confirmationReminder(person, session, now));
}
