import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { tendKeys } from './service.ts';

export default defineFeature({
  name: 'sso/keys',
  audit,
  jobs: [{ task: 'tend_signing_keys', run: tendKeys, cron: { match: '23 * * * *', tries: 'often' } }],
});
