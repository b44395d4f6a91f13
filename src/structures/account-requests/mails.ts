import type { Config } from '#platform/config.ts';
import { formatDateTime, formatDay } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';
import { mayBecomeLink } from '#platform/web/forms/names.ts';

/** Whom a message speaks of, and where they want to belong. */
export interface RequestInWords {
  email: string;
  firstName: string;
  lastName: string;
  jobTitle: string | null;
  structureId: number;
  structureName: string;
  siret: string;
}

const structureDetail = (request: { structureName: string; siret: string }): [string, string] => [
  'Structure',
  `${request.structureName} (SIRET ${formatSiret(request.siret)})`,
];

/**
 * To somebody unknown: the link that confirms the address. Names are left out: anybody may have typed them. So is the
 * name of a structure of the list that a mailbox would turn into a link: anybody may have chosen it.
 */
export function confirmMessage(
  request: { email: string; structureName: string; siret: string },
  token: string,
): Message {
  return {
    kind: 'account-request.confirm',
    to: request.email,
    subject: 'Confirmez votre demande de création de compte',
    paragraphs: [
      'Un compte Cap Métiers a été demandé avec votre adresse e-mail. Si c’est vous, ouvrez le lien et saisissez le mot de passe que vous avez choisi dans votre demande\u00a0: elle sera transmise.',
    ],
    details: [
      mayBecomeLink(request.structureName)
        ? ['SIRET de la structure', formatSiret(request.siret)]
        : structureDetail(request),
    ],
    link: { label: 'Confirmer ma demande', path: `/account-requests/confirmer/${token}` },
    footnote:
      'Ce lien est valable 24\u00a0heures. Si vous n’êtes pas à l’origine de cette demande, ne confirmez pas\u00a0: elle sera oubliée.',
  };
}

/** To somebody who has an account: nothing of what was typed is used. */
export function accountExistsMessage(to: string, config: Config): Message {
  return {
    kind: 'account-request.account-exists',
    to,
    subject: 'Vous avez déjà un compte Cap Métiers',
    paragraphs: [
      'Une demande de création de compte vient d’être faite avec cette adresse e-mail. Un compte existe déjà\u00a0: connectez-vous avec cette adresse et votre mot de passe.',
      `Mot de passe oublié\u00a0? Choisissez-en un nouveau\u00a0: ${config.publicUrl}/mot-de-passe-oublie`,
    ],
    link: { label: 'Se connecter', path: '/connexion' },
    footnote:
      'Pour rejoindre une autre structure, gardez le même compte. Si vous n’êtes pas à l’origine de cette demande, ne faites rien\u00a0: votre compte n’a pas changé.',
  };
}

/** To somebody whose earlier request waits for its decision. */
export function alreadyPendingMessage(
  to: string,
  pending: { structureName: string; confirmedAt: Date },
  config: Config,
): Message {
  return {
    kind: 'account-request.already-pending',
    to,
    subject: 'Votre demande de compte est déjà en cours',
    paragraphs: [
      'Une nouvelle demande de création de compte vient d’être faite avec cette adresse e-mail. La précédente attend sa décision\u00a0: rien n’a été changé, et vous n’avez rien à faire.',
      `Pour la modifier ou l’abandonner, écrivez à ${config.accountContactEmail}.`,
    ],
    details: [
      ['Structure', pending.structureName],
      ['Demande confirmée le', formatDateTime(pending.confirmedAt)],
    ],
  };
}

/** Who decides, in the words of the acknowledgement. */
export const decidedBy = (hasReferent: boolean): string =>
  hasReferent ? 'un référent de votre structure' : 'un gestionnaire de Cap Métiers Nouvelle-Aquitaine';

/** The acknowledgement (domain.md §3): date, service, contact, who will decide. */
export function acknowledgementMessage(
  request: RequestInWords,
  at: Date,
  hasReferent: boolean,
  config: Config,
): Message {
  return {
    kind: 'account-request.acknowledged',
    ...addressedTo(request),
    subject: 'Votre demande de création de compte est enregistrée',
    paragraphs: [
      'Votre adresse e-mail est confirmée et votre demande est transmise. Vous recevrez la décision par e-mail.',
    ],
    details: [
      structureDetail(request),
      ['Demande reçue le', formatDateTime(at)],
      ['Décision prise par', decidedBy(hasReferent)],
      ['Service', 'Cap Métiers Nouvelle-Aquitaine, gestion des comptes'],
      ['Contact', config.accountContactEmail],
    ],
  };
}

/** To whoever decides: a référent of the structure, or an agency manager where there is none. */
export function toDecideMessage(
  decider: Recipient & { isReferent: boolean },
  request: RequestInWords,
  at: Date,
): Message {
  return {
    kind: 'account-request.to-decide',
    ...addressedTo(decider),
    subject: `Demande de compte à traiter\u00a0: ${nameOf(request)}`,
    paragraphs: [
      decider.isReferent
        ? 'Une personne demande un compte rattaché à votre structure. En tant que référent, vous acceptez ou refusez cette demande.'
        : 'Une personne demande un compte pour une structure qui n’a pas de référent. C’est à l’agence d’accepter ou de refuser cette demande.',
    ],
    details: [
      ['Personne', nameOf(request)],
      ['E-mail', request.email],
      ...(request.jobTitle ? [['Fonction', request.jobTitle] as [string, string]] : []),
      structureDetail(request),
      ['Demande reçue le', formatDay(at)],
    ],
    link: {
      label: 'Voir la demande',
      path: decider.isReferent ? '/mes-structures' : '/agence/demandes-de-compte',
    },
  };
}

/** To a référent who has not answered. */
export function reminderMessage(
  decider: Recipient & { isReferent: boolean },
  request: RequestInWords,
  confirmedAt: Date,
): Message {
  const first = toDecideMessage(decider, request, confirmedAt);
  return {
    ...first,
    kind: 'account-request.reminder',
    subject: `Rappel\u00a0: ${nameOf(request)} attend votre réponse`,
    paragraphs: [
      'Cette demande de compte attend toujours votre décision, ou celle d’un autre référent de votre structure.',
      'Sans réponse sous dix jours ouvrés, Cap Métiers pourra décider.',
    ],
  };
}

/** The account exists: how to sign in, and what comes next. */
export function acceptedMessage(request: RequestInWords, isFirst: boolean): Message {
  return {
    kind: 'account-request.accepted',
    ...addressedTo(request),
    subject: 'Votre compte Cap Métiers est ouvert',
    paragraphs: [
      'Votre demande est acceptée. Connectez-vous avec cette adresse e-mail et le mot de passe que vous avez choisi.',
      isFirst
        ? 'Vous êtes la première personne de votre structure\u00a0: vous y avez les droits «\u00a0Référent\u00a0» et «\u00a0Employeur (ValideurRH)\u00a0». Vous accepterez les comptes de vos collègues et leur donnerez leurs droits.'
        : 'Vous êtes bénéficiaire\u00a0: vous pouvez vous inscrire aux actions de ParcoursPro. Le référent de votre structure peut vous donner d’autres droits.',
    ],
    details: [structureDetail(request)],
    link: { label: 'Se connecter', path: '/connexion' },
  };
}

/** The refusal, with its reason. */
export function refusedMessage(request: RequestInWords, reason: string, config: Config): Message {
  return {
    kind: 'account-request.refused',
    ...addressedTo(request),
    subject: 'Votre demande de compte n’est pas acceptée',
    paragraphs: ['Votre demande de création de compte est refusée.'],
    details: [structureDetail(request)],
    quote: { label: 'Motif', text: reason },
    footnote: `Pour toute question, écrivez à ${config.accountContactEmail}. Vous pouvez faire une nouvelle demande.`,
  };
}
