import { deciders } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isReminderTime, REMINDER_WORKING_DAYS, workingDaysBefore } from '#platform/french/working-days.ts';
import { each } from '#platform/jobs/each.ts';
import { reminderMessage } from '../mails.ts';
import { findById } from '../repository.ts';
import { findDue, recordReminder } from './repository.ts';

interface Due {
  id: number;
  structureId: number;
  workingDays: number;
}

/**
 * Reminds the référents of the requests that wait for 3, then for 7 working days (domain.md §3), once each and never
 * after a decision: the request is read again under the lock that a decision takes. A scheduled job; outside working
 * hours it waits for them, and after an interruption only the later of two reminders leaves.
 * @returns how many requests
 */
export async function remindAccountRequests(deps: Dependencies): Promise<number> {
  const { db, clock, mail, log } = deps;
  const now = clock.now();
  if (!isReminderTime(now)) return 0;
  let reminded = 0;
  // The later reminder first: it stands for the earlier one, also where it has to be tried again.
  const due = new Map<number, Due>();
  for (const workingDays of REMINDER_WORKING_DAYS) {
    const confirmedBefore = workingDaysBefore(now, workingDays);
    for (const one of await findDue(db, { workingDays, confirmedBefore })) {
      if (!due.has(one.id)) due.set(one.id, { ...one, workingDays });
    }
  }
  const remind = ({ id, structureId, workingDays }: Due) =>
    db.transaction(async (trx) => {
      await lock(trx, { structures: [structureId] });
      await lock(trx, { accountRequests: [id] });
      const request = await findById(trx, id);
      if (request?.state !== 'pending' || !request.confirmedAt) return;
      const referents = (await deciders(trx, structureId)).filter(({ isReferent }) => isReferent);
      if (referents.length === 0 || !(await recordReminder(trx, { requestId: id, workingDays, at: now })))
        return;
      await recordAudit(trx, {
        action: 'account_request.reminded',
        at: now,
        structureId,
        subject: { kind: 'account_request', id },
        details: { working_days: workingDays },
      });
      for (const referent of referents) {
        await mail.enqueue(trx, reminderMessage(referent, request, request.confirmedAt));
      }
      reminded += 1;
    });
  await each(due.values(), remind, { log, sharing: ({ structureId }) => structureId });
  return reminded;
}
