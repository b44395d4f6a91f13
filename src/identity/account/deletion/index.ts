import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { deletionMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { deletionRequest } from './request.ts';
import { deletionSite } from './routes.ts';

export default defineFeature({
  name: 'identity/account/deletion',
  audit,
  personalData,
  sites: [deletionSite],
  requests: [deletionRequest],
  mails: deletionMails,
});
