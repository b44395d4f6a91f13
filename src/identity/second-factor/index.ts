import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { secondFactorMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { secondFactorSite } from './routes.ts';

export default defineFeature({
  name: 'identity/second-factor',
  audit,
  personalData,
  sites: [secondFactorSite],
  mails: secondFactorMails,
});
