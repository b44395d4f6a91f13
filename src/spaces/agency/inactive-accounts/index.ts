import { defineFeature } from '#platform/feature.ts';
import { agencyInactiveAccountsSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/inactive-accounts',
  sites: [agencyInactiveAccountsSite],
  managed: [{ label: 'Comptes inactifs', href: '/agence/comptes-inactifs' }],
});
