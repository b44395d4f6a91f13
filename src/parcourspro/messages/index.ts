import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { messageMails } from './mail-kinds.ts';
import { forgetOldMessages } from './service.ts';

export default defineFeature({
  name: 'parcourspro/messages',
  audit,
  forget: [forgetOldMessages],
  mails: messageMails,
});
