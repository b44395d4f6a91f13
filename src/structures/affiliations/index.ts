import { defineFeature } from '#platform/feature.ts';
import { referentSite } from '#requests/referent-routes.ts';
import { audit } from './audit.ts';
import { affiliationMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { affiliationRequest } from './request.ts';
import { affiliationsSite } from './routes.ts';
import { selectionSite } from './selection-routes.ts';
import { withdrawAllOf } from './service.ts';

export default defineFeature({
  name: 'structures/affiliations',
  audit,
  sites: [affiliationsSite, referentSite(affiliationRequest), selectionSite],
  personalData,
  requests: [affiliationRequest],
  on: { 'account.closed': withdrawAllOf },
  mails: affiliationMails,
});
