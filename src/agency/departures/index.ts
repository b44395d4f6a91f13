import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { agencyDeparturesSite } from './routes.ts';

export default defineFeature({
  name: 'agency/departures',
  audit,
  sites: [agencyDeparturesSite],
});
