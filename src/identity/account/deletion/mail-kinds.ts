import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  deletionDoneMessage,
  deletionRefusedMessage,
  deletionRequestedMessage,
  deletionWithdrawnMessage,
} from './mails.ts';

const { person, at, reason } = sample;

/** The e-mails about the deletion of an account. */
export const deletionMails: DeclaredMails = {
  'account.deletion-requested': {
    to: 'person',
    when: 'La personne demande la suppression de son compte.',
    sample: (config) => deletionRequestedMessage(person, at, config),
  },
  'account.deletion-withdrawn': {
    to: 'person',
    when: 'La personne retire sa demande de suppression.',
    sample: () => deletionWithdrawnMessage(person, at),
  },
  'account.deletion-refused': {
    to: 'person',
    when: 'L’agence refuse la suppression du compte.',
    sample: (config) => deletionRefusedMessage(person, reason, config),
  },
  'account.deletion-done': {
    to: 'person',
    when: 'Le compte est supprimé.',
    sample: (config) => deletionDoneMessage(person, at, config),
  },
};
