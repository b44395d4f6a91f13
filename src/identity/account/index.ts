import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { followInactiveAccounts } from './inactivity/service.ts';
import { accountMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { accountSite } from './routes.ts';

export default defineFeature({
  name: 'identity/account',
  audit,
  personalData,
  sites: [accountSite],
  closedToRobots: ['/mon-compte'],
  jobs: [
    {
      task: 'follow_inactive_accounts',
      run: followInactiveAccounts,
      cron: { match: '45 6 * * *', tries: 'daily' },
    },
  ],
  mails: accountMails,
});
