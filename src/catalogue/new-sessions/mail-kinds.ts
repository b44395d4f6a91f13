import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { newSessionsMessage } from './mails.ts';
import { endNewDatesLink } from './stop.ts';

const { person, session, at, token } = sample;
const unsubscribePath = endNewDatesLink.route.replace(':token', token);
const added = {
  ...session,
  id: session.sessionId,
  title: session.actionTitle,
  city: 'Bordeaux',
  opensAt: at,
};

/** The e-mails about new dates of an action. */
export const newSessionMails: DeclaredMails = {
  'new-sessions': {
    to: 'person',
    when: 'Une session s’ajoute à une action que la personne suit. Une fois par jour au plus.',
    sample: ({ publicUrl }) => ({
      ...newSessionsMessage({ ...person, sessions: [added] }, publicUrl + unsubscribePath, at),
      unsubscribePath,
    }),
  },
};
