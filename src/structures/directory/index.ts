import { defineFeature } from '#platform/feature.ts';
import { directorySite } from './routes.ts';

export default defineFeature({
  name: 'structures/directory',
  sites: [directorySite],
  closedToRobots: ['/annuaire'],
});
