import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { handedOverMessage, rightGivenMessage, rightTakenMessage } from './mails.ts';

const { person, referent, substitute, structure, at } = sample;
const change = { ...structure, right: 'hr_validator', by: referent.name, at } as const;

/** The e-mails about rights in a structure. */
export const structureMails: DeclaredMails = {
  'right.given': {
    to: 'person',
    when: 'La personne reçoit le droit de référent ou de Valideur RH.',
    sample: (config) => rightGivenMessage(person, change, config),
  },
  'right.taken': {
    to: 'person',
    when: 'Le droit de référent ou de Valideur RH est retiré à la personne.',
    sample: (config) => rightTakenMessage(person, change, config),
  },
  'right.handed-over': {
    to: 'referent',
    when: 'Le référent transmet son rôle à une autre personne.',
    sample: (config) => handedOverMessage(referent, substitute, change, config),
  },
};
