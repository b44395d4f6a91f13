import { type ParsedCronItem, parseCronItems, type TaskList } from 'graphile-worker';
import type { Transporter } from 'nodemailer';
import { forgetSentEmails } from './agency/emails/service.ts';
import { expireUnanswered } from './parcourspro/enrolment/service.ts';
import type { Dependencies } from './platform/dependencies.ts';
import { deliverEmailTask } from './platform/mail/deliver.ts';
import { DELIVER_EMAIL } from './platform/mail/queue.ts';
import { forgetUnconfirmedRequests } from './portal/account-requests/service.ts';
import { forgetOldResets } from './portal/forgotten-password/service.ts';

const EXPIRE_UNANSWERED = 'expire_unanswered_enrolments';
const FORGET_EXPIRED = 'forget_expired';

/** Everything that the queue can be asked to do, by name. */
export function createTasks(dependencies: Dependencies, transport: Transporter): TaskList {
  return {
    [DELIVER_EMAIL]: deliverEmailTask(dependencies, transport),
    [EXPIRE_UNANSWERED]: async () => void (await expireUnanswered(dependencies)),
    [FORGET_EXPIRED]: async () => {
      await forgetUnconfirmedRequests(dependencies);
      await forgetOldResets(dependencies);
      await forgetSentEmails(dependencies);
    },
  };
}

/** What comes round by itself. */
export const schedule: ParsedCronItem[] = parseCronItems([
  { task: EXPIRE_UNANSWERED, match: '*/15 * * * *', options: { maxAttempts: 3 } },
  { task: FORGET_EXPIRED, match: '7 * * * *', options: { maxAttempts: 3 } },
]);
