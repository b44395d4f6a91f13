import { defineFeature } from '../../platform/feature.ts';
import { secondFactorSite } from './routes.ts';

export default defineFeature({
  name: 'portal/second-factor',
  sites: [secondFactorSite],
});
