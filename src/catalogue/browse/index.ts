import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';
import { catalogueSite } from './routes.ts';
import { listPages } from './service.ts';

export default defineFeature({
  name: 'catalogue/browse',
  personalData,
  sites: [catalogueSite],
  listed: listPages,
});
