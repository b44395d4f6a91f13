import { defineFeature } from '../../platform/feature.ts';
import { structuresSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structures',
  sites: [structuresSite],
});
