import { defineFeature } from '#platform/feature.ts';
import { agencySurveysSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/surveys',
  sites: [agencySurveysSite],
  managed: [{ label: 'Questionnaires de satisfaction', href: '/agence/questionnaires' }],
});
