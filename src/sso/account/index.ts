import { defineFeature } from '#platform/feature.ts';
import { openedServicesSite } from './routes.ts';

export default defineFeature({
  name: 'sso/account',
  sites: [openedServicesSite],
});
