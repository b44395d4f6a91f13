import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

/** What to do when somebody else did it: the same words in every security notice. */
export const ifNotYou = (config: Config): string =>
  `Si ce n’est pas vous, choisissez tout de suite un nouveau mot de passe (${config.publicUrl}/mot-de-passe-oublie)\u00a0: toutes les sessions seront fermées. Puis écrivez à ${config.accountContactEmail}.`;

/** For the notices of another password, which leaves an identity elsewhere as it is: whoever takes an account back looks there too. */
export const alsoOpenedBy = (opensByProConnect: boolean): string[] =>
  opensByProConnect
    ? [
        'ProConnect ouvre aussi ce compte, et l’ouvre toujours. Si ce n’est pas vous qui l’y avez relié, déliez-le dans «\u00a0Mon compte\u00a0», «\u00a0ProConnect\u00a0».',
      ]
    : [];

/** The notice after « Modifier » on « Mes informations »: what changed, not to what. */
export function detailsChangedMessage(
  recipient: Recipient,
  changed: string[],
  at: Date,
  config: Config,
): Message {
  return {
    kind: 'account.details-changed',
    ...addressedTo(recipient),
    subject: 'Vos informations ont été modifiées',
    paragraphs: [
      `Les informations de votre compte Cap Métiers ont été modifiées le ${formatDateTime(at)}.`,
      ifNotYou(config),
    ],
    details: [['Modifié', changed.join(', ')]],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}
