import { defineFeature } from '../../platform/feature.ts';
import { agencyEnrolmentsSite } from './routes.ts';

export default defineFeature({
  name: 'agency/enrolments',
  sites: [agencyEnrolmentsSite],
});
