import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { COUNT_UNDELIVERED } from './repository.ts';
import { agencyEmailsSite } from './routes.ts';
import { forgetOldEmails, lateBefore } from './service.ts';

export default defineFeature({
  name: 'spaces/agency/emails',
  audit,
  sites: [agencyEmailsSite],
  tiles: [
    {
      home: 'agency',
      label: ['e-mail non distribué', 'e-mails non distribués'],
      href: '/agence/courriels',
      sql: COUNT_UNDELIVERED,
      bindings: (now) => ({ lateBefore: lateBefore(now) }),
    },
  ],
  personalData,
  forget: [forgetOldEmails],
});
