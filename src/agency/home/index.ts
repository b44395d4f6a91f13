import { defineFeature } from '../../platform/feature.ts';
import { agencyHomeSite } from './routes.ts';

export default defineFeature({
  name: 'agency/home',
  sites: [agencyHomeSite],
  closedToRobots: ['/agence'],
});
