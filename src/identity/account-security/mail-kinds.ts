import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { endedByAgencyMessage } from './mails.ts';

const { person, at } = sample;

/** The security notices of what the agency ends of somebody's account. */
export const accountSecurityMails: DeclaredMails = {
  'agency.account-sessions-ended': {
    to: 'person',
    when: 'L’agence ferme les sessions du compte.',
    sample: (config) => endedByAgencyMessage(person, 'sessions', at, config),
  },
  'agency.account-links-ended': {
    to: 'person',
    when: 'L’agence annule les liens du compte.',
    sample: (config) => endedByAgencyMessage(person, 'links', at, config),
  },
  'agency.account-factor-ended': {
    to: 'person',
    when: 'L’agence retire la double authentification du compte.',
    sample: (config) => endedByAgencyMessage(person, 'factor', at, config),
  },
  'agency.account-passkeys-ended': {
    to: 'person',
    when: 'L’agence retire les clés d’accès du compte.',
    sample: (config) => endedByAgencyMessage(person, 'passkeys', at, config),
  },
  'agency.account-identities-ended': {
    to: 'person',
    when: 'L’agence délie ProConnect du compte.',
    sample: (config) => endedByAgencyMessage(person, 'identities', at, config),
  },
};
