import { defineFeature } from '../../platform/feature.ts';
import { directorySite } from './routes.ts';

export default defineFeature({
  name: 'portal/directory',
  sites: [directorySite],
  closedToRobots: ['/annuaire'],
});
