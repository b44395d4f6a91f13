import { defineFeature } from '#platform/feature.ts';
import { uploadBody } from '#platform/web/forms/upload.ts';
import { audit } from './audit.ts';
import { CODES, codesSite, IMPORTS, LARGEST_FORM } from './routes.ts';

export default defineFeature({
  name: 'rafael/codes',
  audit,
  sites: [codesSite],
  uploads: [
    {
      path: Object.values(IMPORTS),
      read: uploadBody(LARGEST_FORM, (req) => req.user?.isAgencyManager === true),
    },
  ],
  rafaelAgency: [
    {
      label: 'Codes et certifications',
      href: CODES,
      icon: 'tags-fill',
      text: 'Les libellés du Formacode, des fiches RNCP et RS, que la recherche et les pages montrent.',
    },
  ],
});
