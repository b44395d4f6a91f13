import { defineFeature } from '../../platform/feature.ts';
import { agencyJournalSite } from './routes.ts';

export default defineFeature({
  name: 'agency/journal',
  sites: [agencyJournalSite],
});
