import { defineFeature } from '#platform/feature.ts';
import { uploadBody } from '#platform/web/forms/upload.ts';
import { audit } from './audit.ts';
import { membershipImportSite } from './routes.ts';

export default defineFeature({
  name: 'structures/memberships/import',
  audit,
  sites: [membershipImportSite],
  uploads: [
    {
      path: '/agence/adhesions/import',
      read: uploadBody(1_000_000, (req) => req.user?.isAgencyManager === true),
    },
  ],
});
