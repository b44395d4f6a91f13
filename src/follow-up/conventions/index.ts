import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { convention } from './kind.ts';
import { conventionMails } from './mails.ts';
import { personalData } from './personal-data.ts';
import { conventionsSite } from './routes.ts';
import { forgetEvidence } from './service.ts';
import { bodyTile, employerTile } from './tiles.ts';

export default defineFeature({
  name: 'follow-up/conventions',
  audit,
  personalData,
  sites: [conventionsSite],
  documentKinds: [convention],
  mails: conventionMails,
  tiles: [bodyTile, employerTile],
  forget: [forgetEvidence],
});
