import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { issuedMessage, refusedMessage, revokedMessage } from './mails.ts';

const { person, reason } = sample;
const badge = { code: '7H2K9QXM4TBN', name: 'Accompagner un projet professionnel' };

/** The e-mails about open badges. */
export const badgeMails: DeclaredMails = {
  'badge.issued': {
    to: 'person',
    when: 'L’agence délivre un open badge.',
    sample: () => issuedMessage(person, badge, 'awarded'),
  },
  'badge.reissued': {
    to: 'person',
    when: 'La personne met un open badge à jour avec sa nouvelle adresse e-mail.',
    sample: () => issuedMessage(person, badge, 'reissued'),
  },
  'badge.refused': {
    to: 'person',
    when: 'L’agence refuse une demande d’open badge.',
    sample: () => refusedMessage(person, badge, reason),
  },
  'badge.revoked': {
    to: 'person',
    when: 'L’agence révoque un open badge.',
    sample: () => revokedMessage(person, badge, 'mistake', reason),
  },
};
