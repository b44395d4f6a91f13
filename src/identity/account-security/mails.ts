import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

/** What the agency can end of somebody's. */
export type Ended = 'sessions' | 'links' | 'factor' | 'passkeys' | 'identities';

const WORDS: Readonly<Record<Ended, { subject: string; text: string }>> = Object.freeze({
  sessions: {
    subject: 'L’agence a fermé vos sessions',
    text: 'L’agence Cap Métiers a fermé toutes les sessions de votre compte',
  },
  links: {
    subject: 'L’agence a annulé les liens de votre compte',
    text: 'L’agence Cap Métiers a annulé les liens reçus par e-mail qui agissaient encore sur votre compte ou en votre nom, et l’adresse de votre agenda s’il en avait une',
  },
  factor: {
    subject: 'L’agence a retiré votre double authentification',
    text: 'L’agence Cap Métiers a retiré la double authentification de votre compte et fermé vos sessions',
  },
  passkeys: {
    subject: 'L’agence a retiré vos clés d’accès',
    text: 'L’agence Cap Métiers a retiré les clés d’accès de votre compte et fermé vos sessions',
  },
  identities: {
    subject: 'L’agence a délié ProConnect de votre compte',
    text: 'L’agence Cap Métiers a délié ProConnect de votre compte et fermé vos sessions',
  },
});

/** The security notice after something of an account was ended by the agency (domain.md §4). */
export function endedByAgencyMessage(recipient: Recipient, what: Ended, at: Date, config: Config): Message {
  const { subject, text } = WORDS[what];
  return {
    kind: `agency.account-${what}-ended`,
    ...addressedTo(recipient),
    subject,
    paragraphs: [
      `${text} le ${formatDateTime(at)}.`,
      `Vous ne l’avez pas demandé\u00a0? Écrivez à ${config.accountContactEmail}.`,
    ],
    link: { label: 'Se connecter', path: '/connexion?suite=/mon-compte' },
  };
}
