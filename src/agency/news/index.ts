import { defineFeature } from '../../platform/feature.ts';
import { agencyNewsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/news',
  sites: [agencyNewsSite],
});
