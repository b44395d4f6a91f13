import { defineFeature } from '#platform/feature.ts';
import { referentSite } from '#requests/referent-routes.ts';
import { audit } from './audit.ts';
import { accountRequestMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { remindAccountRequests } from './reminders/service.ts';
import { accountRequest } from './request.ts';
import { accountRequestsSite } from './routes.ts';
import { forgetEndedRequests, forgetUnconfirmedRequests } from './service.ts';

export default defineFeature({
  name: 'structures/account-requests',
  audit,
  sites: [accountRequestsSite, referentSite(accountRequest)],
  personalData,
  requests: [accountRequest],
  listed: async () => [{ path: '/account-requests/add' }],
  forget: [forgetUnconfirmedRequests, forgetEndedRequests],
  remind: [remindAccountRequests],
  mails: accountRequestMails,
});
