import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { isReminderTime, REMINDER_WORKING_DAYS, workingDaysBefore } from '#platform/french/working-days.ts';
import { each } from '#platform/jobs/each.ts';
import { lockForDecision } from '../locks.ts';
import { type EnrolmentRow, findEnrolment } from '../repository.ts';
import { askValidatorsAgain } from './validators.ts';

/**
 * Reminds the validators of the requests that wait for 3, then for 7 working days (domain.md §7), each with a new link of
 * their own, once each and never after a decision: the request is read again under the locks that a decision takes.
 * A scheduled job; outside working hours it waits for them, and after an interruption only the later of two reminders
 * leaves.
 * @returns how many requests
 */
export async function remindValidators(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  if (!isReminderTime(now)) return 0;
  let reminded = 0;
  // The later reminder first: it stands for the earlier one, also where it has to be tried again.
  const due = new Map<number, EnrolmentRow & { workingDays: number }>();
  for (const workingDays of REMINDER_WORKING_DAYS) {
    const requestedBefore = workingDaysBefore(now, workingDays);
    for (const one of await findDue(deps.db, { workingDays, requestedBefore, now })) {
      if (!due.has(one.id)) due.set(one.id, { ...one, workingDays });
    }
  }
  const remind = (one: EnrolmentRow & { workingDays: number }) =>
    deps.db.transaction(async (trx) => {
      const { id, workingDays } = one;
      await lockForDecision(trx, one);
      if ((await findEnrolment(trx, id))?.state !== 'requested') return;
      if (!(await recordReminder(trx, { enrolmentId: id, workingDays, at: now }))) return;
      await askValidatorsAgain(deps, trx, id);
      reminded += 1;
    });
  await each(due.values(), remind, { log: deps.log, sharing: ({ actionId }) => actionId });
  return reminded;
}

// Requests that can still be answered, by somebody else than the person who asks: otherwise the agency decides.
async function findDue(
  db: Knex,
  due: { workingDays: number; requestedBefore: Date; now: Date },
): Promise<EnrolmentRow[]> {
  return query<EnrolmentRow[]>(
    db,
    `select e.id, e.user_id as "userId", e.structure_id as "structureId", e.action_id as "actionId",
            e.session_id as "sessionId", e.state
       from enrolments e join sessions s on s.id = e.session_id
      where e.state = 'requested' and e.requested_at < :requestedBefore
        and s.cancelled_at is null and s.starts_at > :now and s.registration_closes_at > :now
        and not exists (select from enrolment_reminders w
                         where w.enrolment_id = e.id and w.working_days >= :workingDays)
        and exists (select from acting_validators v
                     where v.structure_id = e.structure_id and v.user_id <> e.user_id
                       and v.for_user_id is distinct from e.user_id
                       and cast(:today as date) between v.from_day and v.until_day)
      order by e.requested_at, e.id`,
    { ...due, today: parisDay(due.now).toString() },
  );
}

// False when that reminder, or a later one, has left already.
async function recordReminder(
  trx: Knex.Transaction,
  reminder: { enrolmentId: number; workingDays: number; at: Date },
): Promise<boolean> {
  const recorded = await execute(
    trx,
    `insert into enrolment_reminders (enrolment_id, working_days, sent_at)
     select :enrolmentId, :workingDays, :at
      where not exists (select from enrolment_reminders
                         where enrolment_id = :enrolmentId and working_days >= :workingDays)
`,
    reminder,
  );
  return recorded > 0;
}
