import { defineFeature } from '../../platform/feature.ts';
import { departuresSite } from './routes.ts';

export default defineFeature({
  name: 'portal/departures',
  sites: [departuresSite],
});
