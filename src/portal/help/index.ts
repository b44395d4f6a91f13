import { defineFeature } from '../../platform/feature.ts';
import { helpSite } from './routes.ts';

export default defineFeature({
  name: 'portal/help',
  sites: [helpSite],
});
