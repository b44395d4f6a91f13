import { defineFeature } from '../../platform/feature.ts';
import { agencyEmailsSite } from './routes.ts';
import { forgetOldEmails } from './service.ts';

export default defineFeature({
  name: 'agency/emails',
  sites: [agencyEmailsSite],
  forget: [forgetOldEmails],
});
