import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { leaveClosed } from './decision/leave.ts';
import { remindConfirmations } from './notices/confirmations.ts';
import { sendDigests } from './notices/digest.ts';
import { enrolmentMails } from './notices/mail-kinds.ts';
import { remindValidators } from './notices/reminders.ts';
import { personalData } from './personal-data.ts';
import { enrolmentSite } from './routes.ts';
import { endPendingOf, expireUnanswered, leaveStructure, promoteWaiting } from './service.ts';
import { sessionMails } from './session-changes/mail-kinds.ts';

export default defineFeature({
  name: 'enrolment',
  audit,
  personalData,
  sites: [enrolmentSite],
  jobs: [
    {
      task: 'expire_unanswered_enrolments',
      run: expireUnanswered,
      cron: { match: '*/15 * * * *', tries: 'often' },
    },
    {
      task: 'promote_waiting_enrolments',
      run: promoteWaiting,
      cron: { match: '10,25,40,55 * * * *', tries: 'often' },
    },
    {
      task: 'send_hr_digests',
      run: sendDigests,
      // They leave at 7:30 in Paris, or as soon as the application is back.
      cron: { match: '*/15 * * * *', tries: 'often' },
    },
  ],
  remind: [remindValidators, remindConfirmations],
  on: {
    'affiliation.ending': leaveStructure,
    'account.closed': leaveClosed,
    'account.erasing': endPendingOf,
  },
  mails: { ...enrolmentMails, ...sessionMails },
});
