import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { deliverLogouts } from './logout/deliver.ts';
import { logoutMails } from './logout/mail-kinds.ts';
import { forgetSilences, tellOfSilences } from './logout/silence.ts';
import { personalData } from './personal-data.ts';
import {
  endVisits,
  endVisitsOfEndedSessions,
  followVisits,
  forgetOldVisits,
  TELL_SERVICES,
} from './visits/service.ts';

export default defineFeature({
  name: 'sso',
  audit,
  personalData,
  jobs: [
    { task: 'follow_visits', run: followVisits, cron: { match: '* * * * *', tries: 'once' } },
    // Workers of its own: a service that takes its time holds up nothing else.
    {
      task: TELL_SERVICES,
      run: deliverLogouts,
      lane: 'services',
      cron: { match: '* * * * *', tries: 'once' },
    },
    {
      task: 'tell_of_silent_services',
      run: tellOfSilences,
      cron: { match: '50 6 * * *', tries: 'daily' },
    },
  ],
  mails: logoutMails,
  forget: [forgetOldVisits, forgetSilences],
  on: {
    'session.closed': async (deps, trx, { signInId }) => {
      await endVisits(deps, trx, { signInId }, 'signed_out');
    },
    'sessions.ended': async (deps, trx, { userId }) => {
      await endVisitsOfEndedSessions(deps, trx, { userId });
    },
  },
});
