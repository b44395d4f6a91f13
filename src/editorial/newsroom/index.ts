import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { agencyNewsSite } from './routes.ts';

export default defineFeature({
  name: 'editorial/newsroom',
  audit,
  personalData,
  sites: [agencyNewsSite],
  managed: [{ label: 'Actualités', href: '/agence/actualites' }],
});
