import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  acceptedMessage,
  accountExistsMessage,
  acknowledgementMessage,
  alreadyPendingMessage,
  confirmMessage,
  refusedMessage,
  reminderMessage,
  toDecideMessage,
} from './mails.ts';

const { person, referent, structure, at, token, reason } = sample;
const request = { ...person, ...structure, jobTitle: 'Formateur' };
const decider = { ...referent, isReferent: true };

/** The e-mails about account requests. */
export const accountRequestMails: DeclaredMails = {
  'account-request.confirm': {
    to: 'stranger',
    when: 'Une demande de compte est envoyée.',
    sample: () => confirmMessage(request, token),
  },
  'account-request.account-exists': {
    to: 'person',
    when: 'Une demande de compte est envoyée avec l’adresse d’un compte.',
    sample: (config) => accountExistsMessage(person.email, config),
  },
  'account-request.already-pending': {
    to: 'stranger',
    when: 'Une demande de compte est envoyée alors que la précédente attend sa décision.',
    sample: (config) => alreadyPendingMessage(person.email, { ...structure, confirmedAt: at }, config),
  },
  'account-request.acknowledged': {
    to: 'stranger',
    when: 'La personne confirme sa demande de compte.',
    sample: (config) => acknowledgementMessage(request, at, true, config),
  },
  'account-request.to-decide': {
    to: 'referent',
    when: 'Une demande de compte est confirmée. Sans référent dans la structure, l’agence reçoit cet e-mail.',
    sample: () => toDecideMessage(decider, request, at),
  },
  'account-request.reminder': {
    to: 'referent',
    when: 'Une demande de compte n’a pas de réponse après quelques jours ouvrés.',
    sample: () => reminderMessage(decider, request, at),
  },
  'account-request.accepted': {
    to: 'person',
    when: 'La demande de compte est acceptée.',
    sample: () => acceptedMessage(request, false),
  },
  'account-request.refused': {
    to: 'stranger',
    when: 'La demande de compte est refusée.',
    sample: (config) => refusedMessage(request, reason, config),
  },
};
