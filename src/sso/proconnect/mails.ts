import { ifNotYou } from '#identity/account/service.ts';
import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

/** How long the link to one's own account works, in minutes. */
export const LINK_MINUTES = 60;

/** The link by which the owner of an account says that an identity of ProConnect is theirs. */
export function linkMessage(recipient: Recipient, token: string): Message {
  return {
    kind: 'proconnect.link',
    ...addressedTo(recipient),
    subject: 'Reliez ProConnect à votre compte Cap Métiers',
    paragraphs: [
      'Une personne vient de s’identifier avec ProConnect sous votre adresse e-mail. Si c’est vous, ouvrez ce lien pour relier ProConnect à votre compte\u00a0: vous vous connecterez ensuite sans mot de passe.',
    ],
    link: { label: 'Relier ProConnect à mon compte', path: `/connexion/proconnect/lien/${token}` },
    footnote:
      'Ce lien est valable une heure et ne sert qu’une fois. Si ce n’est pas vous, ne faites rien\u00a0: votre compte ne change pas.',
  };
}

/** The security notice once an identity opens the account. */
export function linkedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'proconnect.linked',
    ...addressedTo(recipient),
    subject: 'ProConnect est relié à votre compte',
    paragraphs: [
      `Depuis le ${formatDateTime(at)}, votre compte Cap Métiers s’ouvre aussi avec ProConnect.`,
      ifNotYou(config),
    ],
    link: { label: 'Voir ce qui est relié', path: '/mon-compte/proconnect' },
  };
}

/** The security notice once a second factor given to ProConnect stands for the account's own. */
export function trustedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'proconnect.trusted',
    ...addressedTo(recipient),
    subject: 'ProConnect remplace votre code',
    paragraphs: [
      `Depuis le ${formatDateTime(at)}, votre compte Cap Métiers ne demande plus de code quand ProConnect a vérifié un second facteur.`,
      ifNotYou(config),
    ],
    link: { label: 'Voir ce qui est relié', path: '/mon-compte/proconnect' },
  };
}

/** The security notice once it no longer does. */
export function unlinkedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return {
    kind: 'proconnect.unlinked',
    ...addressedTo(recipient),
    subject: 'ProConnect n’est plus relié à votre compte',
    paragraphs: [
      `Depuis le ${formatDateTime(at)}, ProConnect n’ouvre plus votre compte Cap Métiers. Votre mot de passe sert toujours.`,
      ifNotYou(config),
    ],
    link: { label: 'Voir mon compte', path: '/mon-compte' },
  };
}
