import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { openingMessage } from './mails.ts';

const { person, session, at } = sample;
const opening = {
  ...person,
  ...session,
  title: session.actionTitle,
  registrationClosesAt: session.closesAt,
  hasSeat: true,
};

/** The e-mails about sessions that take requests again. */
export const seatWatchMails: DeclaredMails = {
  'seat-watch.opening': {
    to: 'person',
    when: 'Une session complète, que la personne suit, accepte de nouveau des demandes.',
    sample: () => openingMessage(opening, at),
  },
};
