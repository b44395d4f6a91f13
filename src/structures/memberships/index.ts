import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { membershipMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { membershipRequest } from './request.ts';
import { membershipsSite } from './routes.ts';
import { remindRenewals } from './service.ts';

export default defineFeature({
  name: 'structures/memberships',
  audit,
  personalData,
  sites: [membershipsSite],
  requests: [membershipRequest],
  jobs: [
    {
      task: 'remind_membership_renewals',
      run: remindRenewals,
      // In the morning in Paris.
      cron: { match: '30 7 * * *', tries: 'daily' },
    },
  ],
  mails: membershipMails,
});
