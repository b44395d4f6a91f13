import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { offerFeedSite } from './feed.ts';
import { offerExportSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/export',
  audit,
  sites: [offerExportSite],
  machineSites: [offerFeedSite],
});
