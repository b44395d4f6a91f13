import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { departuresSite } from './routes.ts';

export default defineFeature({
  name: 'portal/departures',
  audit,
  sites: [departuresSite],
});
