import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { codesRenewedMessage, codeUsedMessage, disabledMessage, enabledMessage } from './mails.ts';

const { person, at } = sample;

/** The security notices of the second factor. */
export const secondFactorMails: DeclaredMails = {
  'second-factor.enabled': {
    to: 'person',
    when: 'La double authentification est activée.',
    sample: (config) => enabledMessage(person, at, config),
  },
  'second-factor.disabled': {
    to: 'person',
    when: 'La double authentification est désactivée.',
    sample: (config) => disabledMessage(person, at, config),
  },
  'second-factor.codes-renewed': {
    to: 'person',
    when: 'Les codes de secours sont remplacés.',
    sample: (config) => codesRenewedMessage(person, at, config),
  },
  'second-factor.code-used': {
    to: 'person',
    when: 'Un code de secours est utilisé.',
    sample: (config) => codeUsedMessage(person, at, 2, config),
  },
};
