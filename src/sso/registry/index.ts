import { defineFeature } from '#platform/feature.ts';
import { registrySite } from './routes.ts';

export default defineFeature({
  name: 'sso/registry',
  sites: [registrySite],
  managed: [{ label: 'Services', href: '/agence/services' }],
});
