import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import { ifNotYou } from '../mails.ts';

/** The request is noted: what comes next, and how to take it back. */
export function deletionRequestedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'account.deletion-requested',
    ...addressedTo(recipient),
    subject: 'Votre demande de suppression de compte',
    paragraphs: [
      `Vous avez demandé la suppression de votre compte Cap Métiers le ${formatDateTime(at)}. L’agence traite votre demande\u00a0; d’ici là, vous pouvez la retirer depuis « Mon compte ».`,
      ifNotYou(config),
    ],
    link: { label: 'Voir ma demande', path: '/mon-compte/suppression' },
  };
}

/** The person took the request back. */
export function deletionWithdrawnMessage(recipient: Recipient, at: Date): Message {
  return {
    kind: 'account.deletion-withdrawn',
    ...addressedTo(recipient),
    subject: 'Votre compte est conservé',
    paragraphs: [
      `Votre demande de suppression a été retirée le ${formatDateTime(at)}. Votre compte reste ouvert, rien n’a changé.`,
    ],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}

/** The agency keeps the account open, with its reason. */
export function deletionRefusedMessage(recipient: Recipient, reason: string, config: Config): Message {
  return {
    kind: 'account.deletion-refused',
    ...addressedTo(recipient),
    subject: 'Votre demande de suppression de compte est refusée',
    paragraphs: ['L’agence a refusé la suppression de votre compte Cap Métiers. Votre compte reste ouvert.'],
    quote: { label: 'Motif', text: reason },
    footnote: `Pour toute question, écrivez à ${config.accountContactEmail}. Vous pouvez faire une nouvelle demande.`,
  };
}

/** The last e-mail: the account is no more. */
export function deletionDoneMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'account.deletion-done',
    ...addressedTo(recipient),
    subject: 'Votre compte Cap Métiers est supprimé',
    paragraphs: [
      `Votre compte a été supprimé le ${formatDateTime(at)}. Votre nom, votre adresse et vos numéros sont effacés\u00a0; les formations suivies restent enregistrées sans votre nom.`,
      `Pour toute question, écrivez à ${config.accountContactEmail}.`,
    ],
  };
}
