import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';
import { structureSearchSite } from './routes.ts';

export default defineFeature({
  name: 'structures/search',
  personalData,
  sites: [structureSearchSite],
});
