import { defineFeature } from '../../platform/feature.ts';
import { structureRequest } from './request.ts';
import { structureRequestsSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-requests',
  sites: [structureRequestsSite],
  requests: [structureRequest],
});
