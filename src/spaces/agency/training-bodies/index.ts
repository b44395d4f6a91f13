import { defineFeature } from '#platform/feature.ts';
import { stampBody } from '#structures/training-body-profile/pages.ts';
import { STAMP_SENT, trainingBodiesSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/training-bodies',
  sites: [trainingBodiesSite],
  managed: [{ label: 'Organismes de formation', href: '/agence/organismes' }],
  uploads: [{ path: STAMP_SENT, read: stampBody((req) => req.user?.isAgencyManager === true) }],
});
