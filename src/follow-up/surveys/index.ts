import { defineFeature } from '#platform/feature.ts';
import { sendSurveys } from './answering/invitations.ts';
import { surveyMails } from './answering/mail-kinds.ts';
import { surveyAnsweringSite } from './answering/routes.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { surveyResultsSite } from './results/routes.ts';

export default defineFeature({
  name: 'follow-up/surveys',
  audit,
  personalData,
  sites: [surveyAnsweringSite, surveyResultsSite],
  jobs: [{ task: 'send_surveys', run: sendSurveys, cron: { match: '35 * * * *', tries: 'often' } }],
  mails: surveyMails,
});
