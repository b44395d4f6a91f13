import { defineFeature } from '#platform/feature.ts';
import { profileSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/profile',
  sites: [profileSite],
});
