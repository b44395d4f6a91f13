import { defineFeature } from '../../../platform/feature.ts';
import { proposalMails } from './mail-kinds.ts';
import { sessionProposal } from './request.ts';

export default defineFeature({
  name: 'agency/catalogue/proposals',
  requests: [sessionProposal],
  mails: proposalMails,
});
