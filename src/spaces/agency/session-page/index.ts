import { defineFeature } from '#platform/feature.ts';
import { agencySessionsSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/session-page',
  sites: [agencySessionsSite],
});
