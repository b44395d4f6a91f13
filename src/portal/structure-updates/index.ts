import { defineFeature } from '../../platform/feature.ts';
import { structureUpdatesSite } from './routes.ts';

export default defineFeature({
  name: 'portal/structure-updates',
  sites: [structureUpdatesSite],
});
