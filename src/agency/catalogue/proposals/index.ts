import { defineFeature } from '../../../platform/feature.ts';
import { sessionProposal } from './request.ts';
import { proposalsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/catalogue/proposals',
  sites: [proposalsSite],
  requests: [sessionProposal],
});
