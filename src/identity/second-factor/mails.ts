import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

const PAGE = '/mon-compte/double-authentification';

/** A security notice (domain.md §4): what was changed, and what to do when it was not the person. */
function notice(
  recipient: Recipient,
  config: Config,
  what: { kind: string; subject: string; text: string },
): Message {
  return {
    kind: `second-factor.${what.kind}`,
    ...addressedTo(recipient),
    subject: what.subject,
    paragraphs: [
      what.text,
      `Si ce n’est pas vous, changez tout de suite votre mot de passe et écrivez à ${config.accountContactEmail}.`,
    ],
    link: { label: 'Voir la double authentification', path: PAGE },
  };
}

export function enabledMessage(recipient: Recipient, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'enabled',
    subject: 'La double authentification est activée',
    text: `La double authentification de votre compte Cap Métiers a été activée le ${formatDateTime(at)}. Un code de votre application vous sera demandé à chaque connexion. Vos autres sessions ont été fermées.`,
  });
}

export function disabledMessage(recipient: Recipient, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'disabled',
    subject: 'La double authentification est désactivée',
    text: `La double authentification de votre compte Cap Métiers a été désactivée le ${formatDateTime(at)}. Votre mot de passe suffit désormais pour vous connecter. Vos autres sessions ont été fermées.`,
  });
}

export function codesRenewedMessage(recipient: Recipient, at: Date, config: Config): Message {
  return notice(recipient, config, {
    kind: 'codes-renewed',
    subject: 'Vos codes de secours ont été remplacés',
    text: `De nouveaux codes de secours ont été créés pour votre compte Cap Métiers le ${formatDateTime(at)}. Les anciens ne servent plus.`,
  });
}

/** @param left recovery codes that remain */
export function codeUsedMessage(recipient: Recipient, at: Date, left: number, config: Config): Message {
  return notice(recipient, config, {
    kind: 'code-used',
    subject: 'Un code de secours a été utilisé',
    text: `Un code de secours de votre compte Cap Métiers a été utilisé le ${formatDateTime(at)}. Il vous en reste ${left}${left < 3 ? '\u00a0: pensez à en créer d’autres' : ''}.`,
  });
}
