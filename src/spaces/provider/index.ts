import { defineFeature } from '#platform/feature.ts';
import { MOST_PDF_BYTES } from '#platform/files/pdf.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { proposalsSite } from './proposals/routes.ts';
import { providerSite } from './routes.ts';
import { providerTile } from './tile.ts';

export default defineFeature({
  name: 'spaces/provider',
  sites: [providerSite, proposalsSite],
  tiles: [providerTile],
  closedToRobots: ['/parcourspro/prestataire'],
  uploads: [
    {
      path: /^\/parcourspro\/prestataire\/seances\/\d+\/documents$/,
      read: filesBody(MOST_PDF_BYTES, (req) => req.user?.profile?.right === 'provider'),
    },
  ],
});
