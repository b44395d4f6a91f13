import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { signInSite } from './routes.ts';

export default defineFeature({
  name: 'identity/sign-in',
  audit,
  sites: [signInSite],
});
