import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { secondFactorMails } from './mail-kinds.ts';
import { secondFactorSite } from './routes.ts';

export default defineFeature({
  name: 'portal/second-factor',
  audit,
  sites: [secondFactorSite],
  mails: secondFactorMails,
});
