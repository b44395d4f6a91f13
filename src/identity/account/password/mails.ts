import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import { alsoOpenedBy, ifNotYou } from '../mails.ts';

/**
 * The security notice after the change (domain.md §4).
 * @param changed when, and whether ProConnect opens the account besides
 */
export function ownPasswordChangedMessage(
  recipient: Recipient,
  { at, opensByProConnect }: { at: Date; opensByProConnect: boolean },
  config: Config,
): Message {
  return {
    kind: 'account.password-changed',
    ...addressedTo(recipient),
    subject: 'Votre mot de passe a été changé',
    paragraphs: [
      `Le mot de passe de votre compte Cap Métiers a été changé le ${formatDateTime(at)} depuis « Mon compte ». Vos autres sessions ont été fermées.`,
      ...alsoOpenedBy(opensByProConnect),
      ifNotYou(config),
    ],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}
