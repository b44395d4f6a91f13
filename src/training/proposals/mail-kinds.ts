import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { acceptedMessage, refusedMessage, toDecideMessage, withdrawnMessage } from './mails.ts';

const { provider, manager, session, at, reason } = sample;
const proposal = {
  ...session,
  id: 1,
  isChange: true,
  form: { creneaux: '03/11/2026 09:00-12:00\n04/11/2026 14:00-17:00' },
  comment: 'La salle n’est libre qu’à ces dates.',
};

/** The e-mails about sessions that training bodies propose. */
export const proposalMails: DeclaredMails = {
  'session-proposal.to-decide': {
    to: 'agency',
    when: 'Un prestataire propose une session, ou un changement.',
    sample: () => toDecideMessage(manager, proposal, at),
  },
  'session-proposal.accepted': {
    to: 'provider',
    when: 'La proposition est acceptée.',
    sample: () => acceptedMessage(provider, proposal, session.sessionId, at),
  },
  'session-proposal.refused': {
    to: 'provider',
    when: 'La proposition est refusée.',
    sample: () => refusedMessage(provider, proposal, reason, at),
  },
  'session-proposal.withdrawn': {
    to: 'provider',
    when: 'Un collègue retire la proposition.',
    sample: () => withdrawnMessage(provider, proposal, 'Un collègue', at),
  },
};
