import { defineFeature } from '../../platform/feature.ts';
import { structureSearchSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-search',
  sites: [structureSearchSite],
});
