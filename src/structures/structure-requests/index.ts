import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { structureRequestMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { structureRequest } from './request.ts';
import { structureRequestsSite } from './routes.ts';
import { forgetEndedRequests } from './service.ts';

export default defineFeature({
  name: 'structures/structure-requests',
  audit,
  personalData,
  sites: [structureRequestsSite],
  requests: [structureRequest],
  listed: async () => [{ path: '/referencement' }],
  forget: [forgetEndedRequests],
  mails: structureRequestMails,
});
