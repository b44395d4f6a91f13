import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { followed, followJob } from './issuing/follow.ts';
import { documentsMails } from './issuing/mails.ts';
import { attestation, participation } from './kinds/attestation.ts';
import { certificate } from './kinds/certificate.ts';
import { roster } from './kinds/roster.ts';
import { personalData } from './personal-data.ts';
import { documentsSite } from './routes.ts';

export default defineFeature({
  name: 'follow-up/documents',
  audit,
  personalData,
  sites: [documentsSite],
  documentKinds: [attestation, certificate, participation, roster],
  on: followed,
  jobs: [followJob],
  mails: documentsMails,
});
