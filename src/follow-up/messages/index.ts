import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { messageMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { forgetOldMessages } from './service.ts';

export default defineFeature({
  name: 'follow-up/messages',
  audit,
  personalData,
  forget: [forgetOldMessages],
  mails: messageMails,
});
