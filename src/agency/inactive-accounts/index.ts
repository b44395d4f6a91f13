import { defineFeature } from '../../platform/feature.ts';
import { agencyInactiveAccountsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/inactive-accounts',
  sites: [agencyInactiveAccountsSite],
  managed: [{ label: 'Comptes inactifs', href: '/agence/comptes-inactifs' }],
});
