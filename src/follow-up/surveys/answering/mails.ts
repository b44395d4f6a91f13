import { formatPeriod } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';

/** What the two e-mails below say. */
export interface Asked {
  email: string;
  personName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

const ANONYMOUS =
  'Vos réponses sont enregistrées sans votre nom, et les résultats ne sont montrés qu’à partir de trois réponses.';

/** Asks what somebody thought of a session. @param now tells whether the dates need their year */
export function surveyMessage(asked: Asked, token: string, now: Date): Message {
  return {
    ...common(asked, token, now),
    kind: 'survey.invitation',
    subject: `Votre avis : ${asked.actionTitle}`,
    paragraphs: [
      'Vous avez participé à cette action. Dites-nous ce que vous en avez pensé\u00a0: quelques minutes suffisent.',
      ANONYMOUS,
    ],
  };
}

/** Asks again, once. */
export function surveyReminder(asked: Asked, token: string, now: Date): Message {
  return {
    ...common(asked, token, now),
    kind: 'survey.reminder',
    subject: `Rappel, votre avis : ${asked.actionTitle}`,
    paragraphs: [
      'Vous n’avez pas encore répondu au questionnaire de cette action. Votre avis aide à préparer les suivantes\u00a0; c’est le seul rappel.',
      ANONYMOUS,
    ],
  };
}

const common = (asked: Asked, token: string, now: Date) => ({
  to: asked.email,
  recipientName: asked.personName,
  details: [
    ['Action', asked.actionTitle],
    ['Dates', formatPeriod(asked.startsAt, asked.endsAt, now)],
  ] as [string, string][],
  link: { label: 'Répondre au questionnaire', path: `/parcourspro/questionnaire/${token}` },
});
