import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';
import { ifNotYou } from '../mails.ts';

/** To the new address: the link that confirms it. Until then it may be a stranger's: nothing that was typed is said. */
export function confirmEmailMessage(newEmail: string, token: string): Message {
  return {
    kind: 'account.email-confirm',
    to: newEmail,
    subject: 'Confirmez votre nouvelle adresse e-mail',
    paragraphs: [
      'Vous avez demandé à utiliser cette adresse e-mail pour votre compte Cap Métiers. Confirmez-la\u00a0: elle deviendra votre identifiant.',
    ],
    link: { label: 'Confirmer cette adresse', path: `/mon-compte/adresse-email/confirmer/${token}` },
    footnote:
      'Ce lien est valable 24\u00a0heures et ne sert qu’une fois. Si vous n’êtes pas à l’origine de cette demande, ne faites rien\u00a0: rien ne change.',
  };
}

/** To the new address when an account uses it: only its owner learns of it. */
export function addressInUseMessage(newEmail: string, config: Config): Message {
  return {
    kind: 'account.email-in-use',
    to: newEmail,
    subject: 'Cette adresse a déjà un compte Cap Métiers',
    paragraphs: [
      'Le titulaire d’un autre compte vient de demander à utiliser cette adresse e-mail. Un compte l’utilise déjà\u00a0: rien n’a changé.',
      `Vous avez deux comptes\u00a0? Écrivez à ${config.accountContactEmail}. Sinon, ne faites rien.`,
    ],
  };
}

/** To the present address, as soon as a change is asked for. */
export function changeRequestedMessage(
  recipient: Recipient,
  newEmail: string,
  at: Date,
  config: Config,
): Message {
  return {
    kind: 'account.email-change-requested',
    ...addressedTo(recipient),
    subject: 'Un changement d’adresse e-mail a été demandé',
    paragraphs: [
      `Une nouvelle adresse e-mail a été demandée pour votre compte Cap Métiers le ${formatDateTime(at)}. Votre adresse ne change qu’une fois la nouvelle confirmée.`,
      `${ifNotYou(config)} Le changement sera alors abandonné.`,
    ],
    details: [['Nouvelle adresse demandée', newEmail]],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}

/** To the former address, once the change is done: it no longer opens the account. */
export function changedNoticeMessage(
  recipient: Recipient,
  newEmail: string,
  at: Date,
  config: Config,
): Message {
  return {
    kind: 'account.email-changed',
    ...addressedTo(recipient),
    subject: 'L’adresse e-mail de votre compte a changé',
    paragraphs: [
      `L’adresse e-mail de votre compte Cap Métiers a été changée le ${formatDateTime(at)}. Vous ne vous connectez plus avec l’ancienne.`,
      `Si ce n’est pas vous, écrivez tout de suite à ${config.accountContactEmail} depuis cette adresse\u00a0: l’agence vous rendra votre compte.`,
    ],
    details: [['Nouvelle adresse', newEmail]],
  };
}

/** To the new address, once the change is done. */
export function changeDoneMessage(recipient: Recipient, newEmail: string, at: Date): Message {
  return {
    kind: 'account.email-change-done',
    to: newEmail,
    subject: 'Votre nouvelle adresse e-mail est en service',
    recipientName: nameOf(recipient),
    paragraphs: [
      `Depuis le ${formatDateTime(at)}, vous vous connectez à votre compte Cap Métiers avec cette adresse. Vos autres sessions ont été fermées.`,
    ],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}
