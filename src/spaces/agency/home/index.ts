import { defineFeature } from '#platform/feature.ts';
import { agencyHomeSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/home',
  sites: [agencyHomeSite],
  closedToRobots: ['/agence'],
});
