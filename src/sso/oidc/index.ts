import { defineFeature } from '#platform/feature.ts';
import { forgetOldRecords } from './adapter.ts';
import { oidcMachineSite } from './machine-routes.ts';
import { oidcSite } from './routes.ts';
import { awaitedByOidc } from './waiting.ts';

export default defineFeature({
  name: 'sso/oidc',
  sites: [oidcSite],
  machineSites: [oidcMachineSite],
  forget: [forgetOldRecords],
  awaited: awaitedByOidc,
});
