import { defineFeature } from '#platform/feature.ts';
import { MOST_PDF_BYTES } from '#platform/files/pdf.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { uploadBody } from '#platform/web/forms/upload.ts';
import { DOCUMENTS_SENT } from './action-documents/routes.ts';
import { audit } from './audit.ts';
import { IMPORTS, LARGEST_IMPORT } from './import/routes.ts';
import { personalData } from './personal-data.ts';
import { agencyCatalogueSite } from './routes.ts';

export default defineFeature({
  name: 'training',
  audit,
  personalData,
  sites: [agencyCatalogueSite],
  managed: [{ label: 'Catalogue de ParcoursPro', href: '/agence/catalogue' }],
  uploads: [
    { path: IMPORTS, read: uploadBody(LARGEST_IMPORT, (req) => req.user?.isAgencyManager === true) },
    { path: DOCUMENTS_SENT, read: filesBody(MOST_PDF_BYTES, (req) => req.user?.isAgencyManager === true) },
  ],
});
