import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { passkeyMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { passkeysSite } from './routes.ts';
import { forgetOldChallenges } from './service.ts';

export default defineFeature({
  name: 'identity/passkeys',
  audit,
  personalData,
  sites: [passkeysSite],
  forget: [forgetOldChallenges],
  mails: passkeyMails,
});
