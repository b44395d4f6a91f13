import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { feedMessage } from './mails.ts';

const { person, at } = sample;

/** The security notices of the address that a calendar follows. */
export const calendarFeedMails: DeclaredMails = {
  'calendar-feed.created': {
    to: 'person',
    when: 'La personne crée l’adresse de son agenda.',
    sample: (config) => feedMessage(person, { isRenewed: false, at }, config),
  },
  'calendar-feed.renewed': {
    to: 'person',
    when: 'La personne renouvelle l’adresse de son agenda.',
    sample: (config) => feedMessage(person, { isRenewed: true, at }, config),
  },
};
