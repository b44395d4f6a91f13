import type { Config } from '../../../config.ts';
import { formatDateTime } from '../../../platform/french/time.ts';
import type { Message } from '../../../platform/mail/message.ts';
import { ifNotYou, nameOf, type Recipient } from '../mails.ts';

/** The request is noted: what comes next, and how to take it back. */
export function deletionRequestedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'account.deletion-requested',
    to: recipient.email,
    subject: 'Votre demande de suppression de compte',
    recipientName: nameOf(recipient),
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
    to: recipient.email,
    subject: 'Votre compte est conservé',
    recipientName: nameOf(recipient),
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
    to: recipient.email,
    subject: 'Votre demande de suppression de compte est refusée',
    recipientName: nameOf(recipient),
    paragraphs: [
      'L’agence a refusé la suppression de votre compte Cap Métiers. Votre compte reste ouvert.',
      `Pour toute question, écrivez à ${config.accountContactEmail}. Vous pouvez faire une nouvelle demande.`,
    ],
    quote: { label: 'Motif', text: reason },
  };
}

/** The last e-mail: the account is no more. */
export function deletionDoneMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'account.deletion-done',
    to: recipient.email,
    subject: 'Votre compte Cap Métiers est supprimé',
    recipientName: nameOf(recipient),
    paragraphs: [
      `Votre compte a été supprimé le ${formatDateTime(at)}. Votre nom, votre adresse et vos numéros sont effacés\u00a0; les formations suivies restent enregistrées sans votre nom.`,
      `Pour toute question, écrivez à ${config.accountContactEmail}.`,
    ],
  };
}
