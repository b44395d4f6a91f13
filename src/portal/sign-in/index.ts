import { defineFeature } from '../../platform/feature.ts';
import { signInSite } from './routes.ts';

export default defineFeature({
  name: 'portal/sign-in',
  sites: [signInSite],
});
