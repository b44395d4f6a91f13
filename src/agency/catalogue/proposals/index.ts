import { defineFeature } from '../../../platform/feature.ts';
import { sessionProposal } from './request.ts';

export default defineFeature({
  name: 'agency/catalogue/proposals',
  requests: [sessionProposal],
});
