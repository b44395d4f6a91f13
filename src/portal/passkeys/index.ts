import { defineFeature } from '../../platform/feature.ts';
import { passkeysSite } from './routes.ts';
import { forgetOldChallenges } from './service.ts';

export default defineFeature({
  name: 'portal/passkeys',
  sites: [passkeysSite],
  forget: [forgetOldChallenges],
});
