import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  acceptedMessage,
  acknowledgedMessage,
  refusedMessage,
  toDecideMessage,
  withdrawnMessage,
} from './mails.ts';

const { person, referent, structure, at, reason } = sample;
const request = { ...person, ...structure, since: at, details: { jobTitle: 'Formateur' } };

/** The e-mails about requests to join one more structure. */
export const affiliationMails: DeclaredMails = {
  'affiliation.acknowledged': {
    to: 'person',
    when: 'La personne demande à rejoindre une structure.',
    sample: (config) => acknowledgedMessage(request, true, config),
  },
  'affiliation.to-decide': {
    to: 'referent',
    when: 'Une personne demande à rejoindre la structure. Sans référent, l’agence reçoit cet e-mail.',
    sample: () => toDecideMessage({ ...referent, isReferent: true }, request),
  },
  'affiliation.accepted': {
    to: 'person',
    when: 'La demande d’affiliation est acceptée.',
    sample: () => acceptedMessage(request, false),
  },
  'affiliation.refused': {
    to: 'person',
    when: 'La demande d’affiliation est refusée.',
    sample: (config) => refusedMessage(request, reason, config),
  },
  'affiliation.withdrawn': {
    to: 'referent',
    when: 'La personne annule sa demande d’affiliation. Sans référent, l’agence reçoit cet e-mail.',
    sample: () => withdrawnMessage(referent, request),
  },
};
