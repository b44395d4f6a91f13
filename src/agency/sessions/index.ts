import { defineFeature } from '../../platform/feature.ts';
import { agencySessionsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/sessions',
  sites: [agencySessionsSite],
});
