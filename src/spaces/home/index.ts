import { defineFeature } from '#platform/feature.ts';
import { homeSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/home',
  sites: [homeSite],
});
