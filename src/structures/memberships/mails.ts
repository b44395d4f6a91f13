import { formatDateTime } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

/** Whose membership, for which year. */
export interface MembershipInWords {
  structureName: string;
  siret: string;
  year: number;
}

const detailsOf = ({ structureName, siret, year }: MembershipInWords): [string, string][] => [
  ['Structure', `${structureName} (SIRET ${formatSiret(siret)})`],
  ['Année', String(year)],
];

const mine = { label: 'Voir mes structures', path: '/mes-structures' };

/** To the référent who asked. */
export function requestedMessage(to: Recipient, membership: MembershipInWords): Message {
  return {
    kind: 'membership.requested',
    ...addressedTo(to),
    subject: `Votre demande d’adhésion ${membership.year} est enregistrée`,
    paragraphs: [
      'Votre demande d’adhésion est transmise à Cap Métiers Nouvelle-Aquitaine. Vous recevrez la décision par e-mail.',
    ],
    details: detailsOf(membership),
    link: mine,
  };
}

/** To each agency manager. */
export function toDecideMessage(
  to: Recipient,
  membership: MembershipInWords,
  request: { id: number; byName: string; at: Date },
): Message {
  return {
    kind: 'membership.to-decide',
    ...addressedTo(to),
    subject: `Demande d’adhésion à traiter\u00a0: ${membership.structureName}`,
    paragraphs: ['Une structure demande son adhésion. Le référent a accepté la charte.'],
    details: [
      ...detailsOf(membership),
      ['Demandée par', request.byName],
      ['Demandée le', formatDateTime(request.at)],
    ],
    link: { label: 'Voir la demande', path: `/agence/adhesions/${request.id}` },
  };
}

/** To the référents, once the agency has validated. */
export function acceptedMessage(to: Recipient, membership: MembershipInWords): Message {
  return {
    kind: 'membership.accepted',
    ...addressedTo(to),
    subject: `Votre structure est adhérente pour ${membership.year}`,
    paragraphs: [
      'L’adhésion de votre structure est validée. Ses bénéficiaires peuvent demander une place aux actions réservées aux adhérents.',
    ],
    details: detailsOf(membership),
    link: { label: 'Voir les actions', path: '/parcourspro/actions' },
  };
}

/** To the référents, with the reason. */
export function refusedMessage(to: Recipient, membership: MembershipInWords, reason: string): Message {
  return {
    kind: 'membership.refused',
    ...addressedTo(to),
    subject: `Votre demande d’adhésion ${membership.year} n’est pas acceptée`,
    paragraphs: ['Votre demande d’adhésion est refusée. Vous pouvez en faire une nouvelle.'],
    details: detailsOf(membership),
    quote: { label: 'Motif', text: reason },
    link: { label: 'Faire une nouvelle demande', path: '/adhesion' },
  };
}

/** To the référents of a member that has not asked again. */
export function renewalMessage(to: Recipient, membership: MembershipInWords): Message {
  return {
    kind: 'membership.renewal',
    ...addressedTo(to),
    subject: `Pensez à renouveler l’adhésion de votre structure pour ${membership.year}`,
    paragraphs: [
      `Votre structure était adhérente en ${membership.year - 1}. Aucune demande n’est enregistrée pour ${membership.year}.`,
      'Sans adhésion en cours, vos collègues ne peuvent pas demander de place aux actions réservées aux adhérents.',
    ],
    details: detailsOf(membership),
    link: { label: 'Demander l’adhésion', path: '/adhesion' },
  };
}
