import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';

/** Who asks for which structure. */
export interface StructureRequestInWords {
  email: string;
  firstName: string;
  lastName: string;
  name: string;
  siret: string;
}

const detail = ({ name, siret }: { name: string; siret: string }): [string, string] => [
  'Structure',
  `${name} (SIRET ${formatSiret(siret)})`,
];
const HAS_ACCOUNT =
  'Si vous avez déjà un compte Cap Métiers, gardez-le\u00a0: demandez votre affiliation depuis « Mes structures ».';

/**
 * The request has arrived: what happens next. Nobody confirmed the address and anybody may have typed the names, so
 * that only the checked SIRET is repeated.
 */
export function acknowledgementMessage(request: StructureRequestInWords, at: Date, config: Config): Message {
  return {
    kind: 'structure-request.acknowledged',
    to: request.email,
    subject: 'Votre demande de référencement est enregistrée',
    paragraphs: [
      'Vous avez demandé l’ajout d’une structure à la liste de Cap Métiers. Vous recevrez la décision par e-mail, puis vous reprendrez votre demande de compte.',
    ],
    details: [
      ['SIRET de la structure', formatSiret(request.siret)],
      ['Demande reçue le', formatDateTime(at)],
      ['Décision prise par', 'un gestionnaire de Cap Métiers Nouvelle-Aquitaine'],
      ['Contact', config.accountContactEmail],
    ],
    footnote: 'Si vous n’êtes pas à l’origine de cette demande, signalez-le à ce contact.',
  };
}

/** To the agency, which decides. */
export function toDecideMessage(
  manager: Recipient,
  requestId: number,
  request: StructureRequestInWords,
  at: Date,
): Message {
  return {
    kind: 'structure-request.to-decide',
    ...addressedTo(manager),
    subject: `Demande de référencement à traiter\u00a0: ${request.name}`,
    paragraphs: ['Une structure qui n’est pas dans la liste demande à y entrer. Elle attend votre décision.'],
    details: [
      detail(request),
      ['Demandée par', `${nameOf(request)}, ${request.email}`],
      ['Demande reçue le', formatDateTime(at)],
    ],
    link: { label: 'Traiter la demande', path: `/agence/structures/${requestId}` },
  };
}

/** The structure is in the list now: the account request goes on, with it already chosen. */
export function acceptedMessage(request: StructureRequestInWords, structureId: number): Message {
  return {
    kind: 'structure-request.accepted',
    ...addressedTo(request),
    subject: 'Votre structure est référencée\u00a0: continuez votre demande de compte',
    paragraphs: [
      'Votre structure est maintenant dans la liste. Continuez votre demande de compte\u00a0: elle y est déjà choisie.',
    ],
    details: [detail(request)],
    link: {
      label: 'Continuer ma demande de compte',
      path: `/account-requests/add?structure=${structureId}`,
    },
    footnote: HAS_ACCOUNT,
  };
}

/** The structure was in the list already, under other words. */
export function linkedMessage(
  request: StructureRequestInWords,
  structure: { id: number; name: string; siret: string },
): Message {
  return {
    kind: 'structure-request.linked',
    ...addressedTo(request),
    subject: 'Votre structure est dans la liste\u00a0: continuez votre demande de compte',
    paragraphs: [
      'La structure que vous avez demandée correspond à une structure déjà référencée. Continuez votre demande de compte\u00a0: elle y est déjà choisie.',
    ],
    details: [
      ['Votre demande', `${request.name} (SIRET ${formatSiret(request.siret)})`],
      ['Structure à choisir', `${structure.name} (SIRET ${formatSiret(structure.siret)})`],
    ],
    link: {
      label: 'Continuer ma demande de compte',
      path: `/account-requests/add?structure=${structure.id}`,
    },
    footnote: HAS_ACCOUNT,
  };
}

/** The refusal, with its reason. */
export function refusedMessage(request: StructureRequestInWords, reason: string, config: Config): Message {
  return {
    kind: 'structure-request.refused',
    ...addressedTo(request),
    subject: 'Votre demande de référencement n’est pas acceptée',
    paragraphs: ['Votre demande d’ajout d’une structure est refusée.'],
    details: [detail(request)],
    quote: { label: 'Motif', text: reason },
    footnote: `Pour toute question, écrivez à ${config.accountContactEmail}.`,
  };
}
