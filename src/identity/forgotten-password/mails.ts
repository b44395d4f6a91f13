import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import { alsoOpenedBy } from '../account/service.ts';

/** The link to choose another password. */
export function resetMessage(recipient: Recipient, token: string): Message {
  return {
    kind: 'password.reset',
    ...addressedTo(recipient),
    subject: 'Choisissez un nouveau mot de passe',
    paragraphs: ['Vous avez demandé un nouveau mot de passe pour votre compte Cap Métiers.'],
    link: { label: 'Choisir un nouveau mot de passe', path: `/mot-de-passe-oublie/${token}` },
    footnote:
      'Ce lien est valable une heure et ne sert qu’une fois. Si vous n’êtes pas à l’origine de cette demande, ne faites rien\u00a0: votre mot de passe ne change pas.',
  };
}

/** To an address without an account: so that its owner knows, and that the work is the same as for the others. */
export function noAccountMessage(to: string): Message {
  return {
    kind: 'password.no-account',
    to,
    subject: 'Aucun compte Cap Métiers avec cette adresse',
    paragraphs: [
      'Un nouveau mot de passe vient d’être demandé avec cette adresse e-mail, mais aucun compte ne l’utilise. Essayez avec une autre adresse, ou demandez un compte.',
    ],
    link: { label: 'Créer un compte', path: '/account-requests/add' },
    footnote: 'Si vous n’êtes pas à l’origine de cette demande, ne faites rien.',
  };
}

/**
 * The security notice after the change (domain.md §4).
 * @param changed when, and whether ProConnect opens the account besides
 */
export function passwordChangedMessage(
  recipient: Recipient,
  { at, opensByProConnect }: { at: Date; opensByProConnect: boolean },
  config: Config,
): Message {
  return {
    kind: 'password.changed',
    ...addressedTo(recipient),
    subject: 'Votre mot de passe a été changé',
    paragraphs: [
      `Le mot de passe de votre compte Cap Métiers a été changé le ${formatDateTime(at)}. Toutes vos sessions ouvertes ont été fermées.`,
      ...alsoOpenedBy(opensByProConnect),
      `Si ce n’est pas vous, demandez tout de suite un nouveau mot de passe et écrivez à ${config.accountContactEmail}.`,
    ],
    link: { label: 'Se connecter', path: '/connexion' },
  };
}
