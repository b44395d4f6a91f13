import { defineFeature } from '#platform/feature.ts';
import { agencyMessagesSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/messages',
  sites: [agencyMessagesSite],
  managed: [{ label: 'Messages aux participants', href: '/agence/messages' }],
});
