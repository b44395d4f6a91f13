import { defineFeature } from '../../platform/feature.ts';
import { structureRequestsSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-requests',
  sites: [structureRequestsSite],
});
