import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { noAccountMessage, passwordChangedMessage, resetMessage } from './mails.ts';

const { person, at, token } = sample;

/** The e-mails of « Mot de passe oublié ». */
export const forgottenPasswordMails: DeclaredMails = {
  'password.reset': {
    to: 'person',
    when: 'Un nouveau mot de passe est demandé.',
    sample: () => resetMessage(person, token),
  },
  'password.no-account': {
    to: 'stranger',
    when: 'Un nouveau mot de passe est demandé avec une adresse sans compte.',
    sample: () => noAccountMessage(person.email),
  },
  'password.changed': {
    to: 'person',
    when: 'Un nouveau mot de passe est choisi depuis le lien reçu.',
    sample: (config) => passwordChangedMessage(person, { at, opensByProConnect: true }, config),
  },
};
