import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

interface Change {
  kind: string;
  subject: string;
  text: string;
  /** As the person named it. */
  name: string;
}

/** A security notice (domain.md §4): what was changed, and what to do when it was not the person. */
function notice(recipient: Recipient, config: Config, { kind, subject, text, name }: Change): Message {
  return {
    kind: `passkey.${kind}`,
    ...addressedTo(recipient),
    subject,
    paragraphs: [
      text,
      `Si ce n’est pas vous, retirez les clés que vous ne connaissez pas, changez tout de suite votre mot de passe et écrivez à ${config.accountContactEmail}.`,
    ],
    details: [['Clé d’accès', name]],
    link: { label: 'Voir mes clés d’accès', path: '/mon-compte/cles-d-acces' },
  };
}

export function addedMessage(recipient: Recipient, name: string, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'added',
    name,
    subject: 'Une clé d’accès a été ajoutée à votre compte',
    text: `Une clé d’accès a été ajoutée à votre compte Cap Métiers le ${formatDateTime(at)}. Elle permet de se connecter sans mot de passe ni code. Vos autres sessions ont été fermées.`,
  });
}

export function renamedMessage(recipient: Recipient, name: string, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'renamed',
    name,
    subject: 'Une de vos clés d’accès a changé de nom',
    text: `Une clé d’accès de votre compte Cap Métiers a changé de nom le ${formatDateTime(at)}. Rien d’autre ne change.`,
  });
}

export function removedMessage(recipient: Recipient, name: string, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'removed',
    name,
    subject: 'Une clé d’accès a été retirée de votre compte',
    text: `Une clé d’accès a été retirée de votre compte Cap Métiers le ${formatDateTime(at)}. Elle n’ouvre plus rien, et vos autres sessions ont été fermées.`,
  });
}

/** The counter of a passkey went back: somebody may be using a copy. */
export function copiedMessage(recipient: Recipient, name: string, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'copied',
    name,
    subject: 'Une clé d’accès de votre compte a été refusée',
    text: `Une clé d’accès de votre compte Cap Métiers a été refusée le ${formatDateTime(at)}\u00a0: elle a peut-être été copiée. Retirez-la, puis ajoutez-en une autre.`,
  });
}
