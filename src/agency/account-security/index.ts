import { defineFeature } from '../../platform/feature.ts';
import { accountSecuritySite } from './routes.ts';

export default defineFeature({
  name: 'agency/account-security',
  sites: [accountSecuritySite],
});
