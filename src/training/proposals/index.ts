import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { proposalMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { sessionProposal } from './request.ts';

export default defineFeature({
  name: 'training/proposals',
  audit,
  personalData,
  requests: [sessionProposal],
  mails: proposalMails,
});
