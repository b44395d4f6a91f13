import { defineFeature } from '../../platform/feature.ts';
import { agencyDeparturesSite } from './routes.ts';

export default defineFeature({
  name: 'agency/departures',
  sites: [agencyDeparturesSite],
});
