import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { forgottenPasswordMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { forgottenPasswordSite } from './routes.ts';
import { forgetOldResets } from './service.ts';

export default defineFeature({
  name: 'identity/forgotten-password',
  audit,
  personalData,
  sites: [forgottenPasswordSite],
  forget: [forgetOldResets],
  mails: forgottenPasswordMails,
});
