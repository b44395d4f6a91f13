import { defineFeature } from '#platform/feature.ts';
import { rafaelHomeSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/home',
  sites: [rafaelHomeSite],
  closedToRobots: ['/rafaelpro'],
});
