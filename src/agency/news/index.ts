import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { agencyNewsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/news',
  audit,
  sites: [agencyNewsSite],
  managed: [{ label: 'Actualités', href: '/agence/actualites' }],
});
