import { defineFeature } from '../../platform/feature.ts';
import { structureUpdate } from './request.ts';
import { structureUpdatesSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-updates',
  sites: [structureUpdatesSite],
  requests: [structureUpdate],
});
