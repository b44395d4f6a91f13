import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { silenceMessage } from './mails.ts';

/** The e-mails about services that are not told of logouts. */
export const logoutMails: DeclaredMails = {
  'service.logouts-failing': {
    to: 'agency',
    when: 'Depuis un jour, un service ne reçoit aucune des déconnexions qui lui sont annoncées.',
    sample: () => silenceMessage(sample.manager, [{ name: 'Service d’exemple', since: sample.at }]),
  },
};
