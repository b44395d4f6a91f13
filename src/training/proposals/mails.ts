import { formatPeriod } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Proposal as Row } from './repository.ts';

/** The proposal as its e-mails name it. */
type Proposal = Pick<
  Row,
  'id' | 'isChange' | 'actionTitle' | 'providerName' | 'startsAt' | 'endsAt' | 'form' | 'comment'
>;

/** « une nouvelle session », « un changement » */
export const proposalSubject = ({ isChange }: Pick<Proposal, 'isChange'>): string =>
  isChange ? 'changement de session' : 'nouvelle session';

const details = (proposal: Proposal, now: Date): [string, string][] => [
  ['Action', proposal.actionTitle],
  ['Organisé par', proposal.providerName],
  ...(proposal.startsAt && proposal.endsAt
    ? [['Session actuelle', formatPeriod(proposal.startsAt, proposal.endsAt, now)] as [string, string]]
    : []),
  ...(proposal.form.creneaux ?? '')
    .split('\n')
    .filter(Boolean)
    .slice(0, 20)
    .map((line): [string, string] => ['Demi-journée proposée', line]),
];

const pageOf = ({ id }: Proposal) => `/parcourspro/prestataire/propositions/${id}`;

/** To the agency: something to decide. */
export const toDecideMessage = (to: Recipient, proposal: Proposal, now: Date): Message => ({
  kind: 'session-proposal.to-decide',
  ...addressedTo(to),
  subject: `Proposition à décider (${proposalSubject(proposal)})\u00a0: ${proposal.actionTitle}`,
  paragraphs: [
    `${proposal.providerName} propose ${proposal.isChange ? 'de changer une session' : 'une nouvelle session'}.`,
  ],
  details: details(proposal, now),
  quote: proposal.comment ? { label: 'Commentaire', text: proposal.comment } : undefined,
  link: { label: 'Voir la proposition', path: `/agence/propositions/${proposal.id}` },
});

/** To whoever proposed: it is done. */
export const acceptedMessage = (
  to: Recipient,
  proposal: Proposal,
  sessionId: number,
  now: Date,
): Message => ({
  kind: 'session-proposal.accepted',
  ...addressedTo(to),
  subject: `Proposition acceptée\u00a0: ${proposal.actionTitle}`,
  paragraphs: [
    proposal.isChange
      ? 'Cap Métiers accepte votre proposition\u00a0: la session est changée, et les personnes concernées sont prévenues.'
      : 'Cap Métiers accepte votre proposition\u00a0: la session est créée.',
  ],
  details: details(proposal, now),
  link: { label: 'Ouvrir la session', path: `/parcourspro/prestataire/seances/${sessionId}` },
});

/** To whoever proposed, with the reason. */
export const refusedMessage = (to: Recipient, proposal: Proposal, reason: string, now: Date): Message => ({
  kind: 'session-proposal.refused',
  ...addressedTo(to),
  subject: `Proposition non retenue\u00a0: ${proposal.actionTitle}`,
  paragraphs: [
    'Cap Métiers n’a pas retenu votre proposition\u00a0: rien n’est changé. Vous pouvez en faire une autre.',
  ],
  details: details(proposal, now),
  quote: { label: 'Motif', text: reason },
  link: { label: 'Voir ma proposition', path: pageOf(proposal) },
});

/** To whoever proposed, when a colleague takes it back. */
export const withdrawnMessage = (to: Recipient, proposal: Proposal, byName: string, now: Date): Message => ({
  kind: 'session-proposal.withdrawn',
  ...addressedTo(to),
  subject: `Proposition retirée\u00a0: ${proposal.actionTitle}`,
  paragraphs: [`${byName} a retiré la proposition que vous aviez envoyée à Cap Métiers. Rien n’est changé.`],
  details: details(proposal, now),
  link: { label: 'Voir la proposition', path: pageOf(proposal) },
});
