import type { Config } from '#platform/config.ts';
import { formatDateTime, formatDay } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';
import type { AffiliationRequest as Row } from './rules.ts';

/** The request as its e-mails name it. */
type AffiliationRequest = Pick<
  Row,
  'email' | 'firstName' | 'lastName' | 'structureName' | 'siret' | 'since'
> & { details: Pick<Row['details'], 'jobTitle'> };

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
    ...addressedTo(request),
    subject: 'Votre demande d’affiliation est enregistrée',
    paragraphs: ['Votre demande est transmise. Vous recevrez la décision par e-mail.'],
    details: [
      structureDetail(request),
      ['Demande reçue le', formatDateTime(request.since)],
      ['Décision prise par', hasReferent ? 'un référent de la structure' : 'Cap Métiers Nouvelle-Aquitaine'],
      ['Contact', config.accountContactEmail],
    ],
    link: { label: 'Suivre ma demande', path: '/mes-structures' },
  };
}

/** To whoever decides: a référent of the structure, or an agency manager where there is none. */
export function toDecideMessage(
  decider: Recipient & { isReferent: boolean },
  request: AffiliationRequest,
): Message {
  return {
    kind: 'affiliation.to-decide',
    ...addressedTo(decider),
    subject: `Demande d’affiliation à traiter\u00a0: ${nameOf(request)}`,
    paragraphs: [
      decider.isReferent
        ? 'Une personne qui a déjà un compte demande à rejoindre votre structure. En tant que référent, vous acceptez ou refusez cette demande.'
        : 'Une personne qui a déjà un compte demande à rejoindre une structure sans référent. C’est à l’agence d’accepter ou de refuser cette demande.',
    ],
    details: [
      ['Personne', nameOf(request)],
      ['E-mail', request.email],
      ...(request.details.jobTitle ? [['Fonction', request.details.jobTitle] as [string, string]] : []),
      structureDetail(request),
      ['Demande reçue le', formatDay(request.since)],
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
    ...addressedTo(request),
    subject: 'Votre demande d’affiliation est acceptée',
    paragraphs: [
      'Vous faites maintenant partie de cette structure, avec le même compte.',
      isFirst
        ? 'Vous êtes la première personne de cette structure\u00a0: vous y avez les droits «\u00a0Référent\u00a0» et «\u00a0Employeur (ValideurRH)\u00a0».'
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
    ...addressedTo(request),
    subject: 'Votre demande d’affiliation n’est pas acceptée',
    paragraphs: ['Votre demande d’affiliation est refusée. Rien d’autre ne change dans votre compte.'],
    details: [structureDetail(request)],
    quote: { label: 'Motif', text: reason },
    footnote: `Pour toute question, écrivez à ${config.accountContactEmail}.`,
  };
}

/** To whoever was asked to decide: nothing is left to do. */
export function withdrawnMessage(decider: Recipient, request: AffiliationRequest): Message {
  return {
    kind: 'affiliation.withdrawn',
    ...addressedTo(decider),
    subject: `Demande d’affiliation annulée\u00a0: ${nameOf(request)}`,
    paragraphs: ['La personne a annulé sa demande d’affiliation. Vous n’avez rien à faire.'],
    details: [['Personne', nameOf(request)], structureDetail(request)],
  };
}
