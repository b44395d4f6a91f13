import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { structureUpdate } from './request.ts';
import { structureUpdatesSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-updates',
  audit,
  sites: [structureUpdatesSite],
  requests: [structureUpdate],
});
