import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { documentsSite } from './routes.ts';

export default defineFeature({
  name: 'follow-up/documents',
  audit,
  personalData,
  sites: [documentsSite],
});
