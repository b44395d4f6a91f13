import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { surveyMessage, surveyReminder } from './mails.ts';

const { person, session, at, token } = sample;
const asked = { ...session, email: person.email, personName: person.name };

/** The e-mails that ask what somebody thought of a session. */
export const surveyMails: DeclaredMails = {
  'survey.invitation': {
    to: 'person',
    when: 'La session est terminée et la personne y était.',
    sample: () => surveyMessage(asked, token, at),
  },
  'survey.reminder': {
    to: 'person',
    when: 'La personne n’a pas répondu au questionnaire, une seule fois.',
    sample: () => surveyReminder(asked, token, at),
  },
};
