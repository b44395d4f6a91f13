import { defineFeature } from '../../../platform/feature.ts';
import { deletionMails } from './mail-kinds.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { deletionRequest } from './request.ts';
import { deletionSite } from './routes.ts';

export default defineFeature({
  name: 'portal/account/deletion',
  audit,
  personalData,
  sites: [deletionSite],
  requests: [deletionRequest],
  mails: deletionMails,
});
