import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { linkedMessage, linkMessage, trustedMessage, unlinkedMessage } from './mails.ts';

const { person, at, token } = sample;

/** The e-mails about an identity of ProConnect. */
export const proconnectMails: DeclaredMails = {
  'proconnect.link': {
    to: 'person',
    when: 'Une personne s’identifie avec ProConnect sous l’adresse d’un compte, et demande un lien pour les relier.',
    sample: () => linkMessage(person, token),
  },
  'proconnect.linked': {
    to: 'person',
    when: 'ProConnect est relié au compte.',
    sample: (config) => linkedMessage(person, at, config),
  },
  'proconnect.trusted': {
    to: 'person',
    when: 'Un second facteur donné à ProConnect remplace désormais le code du compte.',
    sample: (config) => trustedMessage(person, at, config),
  },
  'proconnect.unlinked': {
    to: 'person',
    when: 'ProConnect n’est plus relié au compte.',
    sample: (config) => unlinkedMessage(person, at, config),
  },
};
