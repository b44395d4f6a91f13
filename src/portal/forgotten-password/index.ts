import { defineFeature } from '../../platform/feature.ts';
import { forgottenPasswordSite } from './routes.ts';
import { forgetOldResets } from './service.ts';

export default defineFeature({
  name: 'portal/forgotten-password',
  sites: [forgottenPasswordSite],
  forget: [forgetOldResets],
});
