import { defineFeature } from '#platform/feature.ts';
import { formationSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/formation',
  sites: [formationSite],
});
