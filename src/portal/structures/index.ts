import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { structuresSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structures',
  audit,
  sites: [structuresSite],
});
