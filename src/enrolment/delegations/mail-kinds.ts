import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  delegatedMessage,
  delegationBeginsMessage,
  delegationEndsMessage,
  gaveDelegationMessage,
} from './mails.ts';

const { validator, substitute, structure } = sample;
const delegation = {
  ...structure,
  delegator: validator,
  delegate: substitute,
  startsOn: '2026-09-14',
  endsOn: '2026-09-25',
};

/** The e-mails about whoever stands in for a validator. */
export const delegationMails: DeclaredMails = {
  'hr_delegation.created': {
    to: 'hr_validator',
    when: 'Un Valideur RH absent choisit son remplaçant. Le remplaçant reçoit cet e-mail.',
    sample: () => delegatedMessage(delegation, true),
  },
  'hr_delegation.given': {
    to: 'hr_validator',
    when: 'Un Valideur RH choisit son remplaçant.',
    sample: () => gaveDelegationMessage(delegation),
  },
  'hr_delegation.begins': {
    to: 'hr_validator',
    when: 'Le premier jour du remplacement. Le remplaçant reçoit cet e-mail.',
    sample: () => delegationBeginsMessage(delegation, 2),
  },
  'hr_delegation.ended': {
    to: 'hr_validator',
    when: 'Le remplacement prend fin. Les deux personnes reçoivent cet e-mail, sauf celle qui l’arrête.',
    sample: () => delegationEndsMessage(substitute, delegation, 'over'),
  },
};
