import { defineFeature } from '../../platform/feature.ts';
import { personalData } from './personal-data.ts';
import { structureSearchSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-search',
  personalData,
  sites: [structureSearchSite],
});
