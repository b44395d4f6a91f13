import type { Config } from '../../config.ts';
import { formatDateTime, formatDay } from '../../platform/french/time.ts';
import { formatSiret } from '../../platform/french/words.ts';
import type { Message } from '../../platform/mail/message.ts';
import type { AffiliationRequest } from './repository.ts';

const nameOf = (person: { firstName: string; lastName: string }) => `${person.firstName} ${person.lastName}`;

const structureDetail = (request: AffiliationRequest): [string, string] => [
  'Structure',
  `${request.structureName} (SIRET ${formatSiret(request.siret)})`,
];

/** To the person: the request has been sent, and who decides. */
export function acknowledgedMessage(
  request: AffiliationRequest,
  hasReferent: boolean,
  config: Config,
): Message {
  return {
    kind: 'affiliation.acknowledged',
    to: request.email,
    subject: 'Votre demande d’affiliation est enregistrée',
    recipientName: nameOf(request),
    paragraphs: ['Votre demande est transmise. Vous recevrez la décision par e-mail.'],
    details: [
      structureDetail(request),
      ['Demande reçue le', formatDateTime(request.createdAt)],
      ['Décision prise par', hasReferent ? 'un référent de la structure' : 'Cap Métiers Nouvelle-Aquitaine'],
      ['Contact', config.accountContactEmail],
    ],
    link: { label: 'Suivre ma demande', path: '/mes-structures' },
  };
}

/** To whoever decides: a référent of the structure, or an agency manager where there is none. */
export function toDecideMessage(
  decider: { email: string; firstName: string; lastName: string; isReferent: boolean },
  request: AffiliationRequest,
): Message {
  return {
    kind: 'affiliation.to-decide',
    to: decider.email,
    subject: `Demande d’affiliation à traiter\u00a0: ${nameOf(request)}`,
    recipientName: nameOf(decider),
    paragraphs: [
      decider.isReferent
        ? 'Une personne qui a déjà un compte demande à rejoindre votre structure. En tant que référent, vous acceptez ou refusez cette demande.'
        : 'Une personne qui a déjà un compte demande à rejoindre une structure sans référent. C’est à l’agence d’accepter ou de refuser cette demande.',
    ],
    details: [
      ['Personne', nameOf(request)],
      ['E-mail', request.email],
      ...(request.jobTitle ? [['Fonction', request.jobTitle] as [string, string]] : []),
      structureDetail(request),
      ['Demande reçue le', formatDay(request.createdAt)],
    ],
    link: {
      label: 'Voir la demande',
      path: decider.isReferent ? '/mes-structures' : '/agence/affiliations',
    },
  };
}

/** The person belongs to the structure now. */
export function acceptedMessage(request: AffiliationRequest, isFirst: boolean): Message {
  return {
    kind: 'affiliation.accepted',
    to: request.email,
    subject: 'Votre demande d’affiliation est acceptée',
    recipientName: nameOf(request),
    paragraphs: [
      'Vous faites maintenant partie de cette structure, avec le même compte.',
      isFirst
        ? 'Vous êtes la première personne de cette structure\u00a0: vous en êtes le référent et le ValideurRH.'
        : 'Vous y êtes bénéficiaire\u00a0: vous pouvez vous inscrire aux actions de ParcoursPro au titre de cette structure. Son référent peut vous donner d’autres droits.',
    ],
    details: [structureDetail(request)],
    link: { label: 'Voir mes structures', path: '/mes-structures' },
  };
}

/** The refusal, with its reason. */
export function refusedMessage(request: AffiliationRequest, reason: string, config: Config): Message {
  return {
    kind: 'affiliation.refused',
    to: request.email,
    subject: 'Votre demande d’affiliation n’est pas acceptée',
    recipientName: nameOf(request),
    paragraphs: [
      'Votre demande d’affiliation est refusée. Rien d’autre ne change dans votre compte.',
      `Pour toute question, écrivez à ${config.accountContactEmail}.`,
    ],
    details: [structureDetail(request)],
    quote: { label: 'Motif', text: reason },
  };
}

/** To whoever was asked to decide: nothing is left to do. */
export function withdrawnMessage(
  decider: { email: string; firstName: string; lastName: string },
  request: AffiliationRequest,
): Message {
  return {
    kind: 'affiliation.withdrawn',
    to: decider.email,
    subject: `Demande d’affiliation annulée\u00a0: ${nameOf(request)}`,
    recipientName: nameOf(decider),
    paragraphs: ['La personne a annulé sa demande d’affiliation. Vous n’avez rien à faire.'],
    details: [['Personne', nameOf(request)], structureDetail(request)],
  };
}
