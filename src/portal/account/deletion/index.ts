import { defineFeature } from '../../../platform/feature.ts';
import { deletionMails } from './mail-kinds.ts';
import { deletionRequest } from './request.ts';
import { deletionSite } from './routes.ts';

export default defineFeature({
  name: 'portal/account/deletion',
  sites: [deletionSite],
  requests: [deletionRequest],
  mails: deletionMails,
});
