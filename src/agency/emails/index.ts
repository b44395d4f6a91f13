import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { agencyEmailsSite } from './routes.ts';
import { forgetOldEmails } from './service.ts';

export default defineFeature({
  name: 'agency/emails',
  audit,
  sites: [agencyEmailsSite],
  forget: [forgetOldEmails],
});
