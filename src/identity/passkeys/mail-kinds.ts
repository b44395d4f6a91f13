import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { addedMessage, copiedMessage, removedMessage, renamedMessage } from './mails.ts';

const { person, at } = sample;
const NAME = 'Téléphone';

/** The security notices of passkeys. */
export const passkeyMails: DeclaredMails = {
  'passkey.added': {
    to: 'person',
    when: 'Une clé d’accès est ajoutée au compte.',
    sample: (config) => addedMessage(person, NAME, at, config),
  },
  'passkey.renamed': {
    to: 'person',
    when: 'Une clé d’accès change de nom.',
    sample: (config) => renamedMessage(person, NAME, at, config),
  },
  'passkey.removed': {
    to: 'person',
    when: 'Une clé d’accès est retirée du compte.',
    sample: (config) => removedMessage(person, NAME, at, config),
  },
  'passkey.copied': {
    to: 'person',
    when: 'Une clé d’accès est refusée, car elle a peut-être été copiée.',
    sample: (config) => copiedMessage(person, NAME, at, config),
  },
};
