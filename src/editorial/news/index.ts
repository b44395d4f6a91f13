import { defineFeature } from '#platform/feature.ts';
import { newsSite } from './routes.ts';

export default defineFeature({
  name: 'editorial/news',
  sites: [newsSite],
  closedToRobots: ['/actualites'],
});
