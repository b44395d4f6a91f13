import { defineFeature } from '../../platform/feature.ts';
import { profileSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/profile',
  sites: [profileSite],
});
