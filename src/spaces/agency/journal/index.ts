import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { agencyJournalSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/journal',
  audit,
  personalData,
  sites: [agencyJournalSite],
  managed: [{ label: 'Journal', href: '/agence/journal' }],
});
