import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import {
  acceptedMessage,
  refusedMessage,
  renewalMessage,
  requestedMessage,
  toDecideMessage,
} from './mails.ts';

const { referent, manager, structure, at, reason } = sample;
const membership = { ...structure, year: 2026 };

/** The e-mails about memberships. */
export const membershipMails: DeclaredMails = {
  'membership.requested': {
    to: 'referent',
    when: 'Le référent demande l’adhésion de sa structure.',
    sample: () => requestedMessage(referent, membership),
  },
  'membership.to-decide': {
    to: 'agency',
    when: 'Une structure demande son adhésion.',
    sample: () => toDecideMessage(manager, membership, { id: 1, byName: referent.name, at }),
  },
  'membership.accepted': {
    to: 'referent',
    when: 'L’adhésion est validée.',
    sample: () => acceptedMessage(referent, membership),
  },
  'membership.refused': {
    to: 'referent',
    when: 'L’adhésion est refusée.',
    sample: () => refusedMessage(referent, membership, reason),
  },
  'membership.renewal': {
    to: 'referent',
    when: 'Une structure adhérente n’a rien demandé pour l’année qui vient.',
    sample: () => renewalMessage(referent, { ...structure, year: 2027 }),
  },
};
