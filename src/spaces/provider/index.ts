import type { Request } from 'express';
import { defineFeature } from '#platform/feature.ts';
import { MOST_PDF_BYTES } from '#platform/files/pdf.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { stampBody } from '#structures/training-body-profile/pages.ts';
import { profileSite, STAMP_SENT } from './profile/routes.ts';
import { proposalsSite } from './proposals/routes.ts';
import { providerSite } from './routes.ts';
import { providerTile } from './tile.ts';

const isProvider = (req: Request) => req.user?.profile?.right === 'provider';

export default defineFeature({
  name: 'spaces/provider',
  sites: [providerSite, proposalsSite, profileSite],
  tiles: [providerTile],
  closedToRobots: ['/parcourspro/prestataire'],
  uploads: [
    {
      path: /^\/parcourspro\/prestataire\/seances\/\d+\/documents$/,
      read: filesBody(MOST_PDF_BYTES, isProvider),
    },
    { path: STAMP_SENT, read: stampBody(isProvider) },
  ],
});
