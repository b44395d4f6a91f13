import { defineFeature } from '#platform/feature.ts';
import { rafaelAgencyHomeSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/agency/home',
  sites: [rafaelAgencyHomeSite],
  managed: [{ label: 'RafaelPro', href: '/agence/rafaelpro' }],
});
