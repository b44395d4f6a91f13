import { deName } from '../../../platform/french/words.ts';
import type { Message } from '../../../platform/mail/message.ts';
import type { EnrolmentEvent, Role, State } from '../states.ts';

/** Why a request ends with the account of the person. */
export const ACCOUNT_CLOSED = 'Le compte de la personne est fermé, faute d’utilisation.';

/** What the texts below are made of. */
export interface NoticeFacts {
  enrolmentId: number;
  event: EnrolmentEvent;
  from: State | null;
  to: State;
  role: Role;
  personName: string;
  structureName: string;
  actionTitle: string;
  slug: string;
  sessionId: number;
  providerName: string;
  /** Who has been asked to decide on a new request. */
  deciders: 'validators' | 'agency';
  /** When registration closes: until then a request can be answered. */
  decideBefore: string;
  period: string;
  slots: { when: string; where: string }[];
  motivation: string;
  reason: string | null;
  rank: number | null;
  isLate: boolean;
  /** The .ics text, for somebody who is now enrolled. */
  calendar: string | null;
}

/** A message without its recipient. */
type Text = Omit<Message, 'to' | 'recipientName'>;

const mySpace = { label: 'Ouvrir mon espace personnel', path: '/parcourspro/mon-espace' };

const actionDetails = (facts: NoticeFacts): [string, string][] => [
  ['Action', facts.actionTitle],
  ['Dates', facts.period],
  ['Organisé par', facts.providerName],
];
const fileDetails = (facts: NoticeFacts): [string, string][] => [
  ['Personne', facts.personName],
  ['Structure', facts.structureName],
  ...actionDetails(facts),
];
const slotDetails = (facts: NoticeFacts): [string, string][] =>
  facts.slots.map((slot): [string, string] => [slot.when, slot.where]);
const quoteReason = (facts: NoticeFacts) =>
  facts.reason ? { label: 'Motif indiqué', text: facts.reason } : undefined;

/** What the person is told; undefined where DOMAIN §7 tells them nothing (their own withdrawal). */
export function personMessage(facts: NoticeFacts): Text | undefined {
  const { to, event, actionTitle } = facts;
  const base = { kind: `enrolment.${to}.person`, details: actionDetails(facts), link: mySpace };
  switch (to) {
    case 'requested':
      return {
        ...base,
        subject: `Votre demande d’inscription : ${actionTitle}`,
        paragraphs: [
          'Votre demande est enregistrée en statut « Demande d’inscription ».',
          facts.deciders === 'validators'
            ? 'Elle attend maintenant la validation de votre Valideur RH, puis celle du prestataire. Vous recevrez un e-mail à chaque étape.'
            : 'Votre structure n’a pas d’autre Valideur RH : Cap Métiers va l’examiner, puis le prestataire. Vous recevrez un e-mail à chaque étape.',
        ],
      };
    case 'preregistered':
      return {
        ...base,
        subject: `Préinscription : ${actionTitle}`,
        paragraphs: [
          event === 'promote'
            ? 'Une place s’est libérée : vous quittez la liste d’attente, votre préinscription est enregistrée.'
            : 'Votre demande est validée : votre préinscription est enregistrée.',
          'Le prestataire va prendre connaissance de vos motivations ; votre inscription sera définitive après sa validation.',
        ],
      };
    case 'waitlisted':
      return {
        ...base,
        subject: `Vous êtes sur liste d’attente : ${actionTitle}`,
        paragraphs: [
          `${event === 'approve' ? 'Votre demande est validée par votre structure, mais' : 'Votre demande est enregistrée, mais'} aucune place n’est disponible pour vous à ce jour : vous êtes sur liste d’attente, au rang ${facts.rank}.`,
          'Si une place se libère, elle vous revient à votre tour, et un e-mail vous le dit.',
        ],
      };
    case 'enrolled':
      return {
        ...base,
        subject: `Inscription confirmée : ${actionTitle}`,
        paragraphs: [
          'Votre inscription est confirmée. Ce e-mail vaut convocation ; le fichier joint ajoute les dates à votre agenda.',
          'Si vous ne pouvez plus venir, annulez votre inscription dès que possible depuis votre espace personnel : une autre personne aura la place.',
        ],
        details: [...actionDetails(facts), ...slotDetails(facts)],
        attachments: facts.calendar
          ? [
              {
                filename: 'seances.ics',
                contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
                content: facts.calendar,
              },
            ]
          : [],
      };
    case 'refused_by_hr':
      return {
        ...base,
        subject: `Votre demande n’est pas validée par votre structure : ${actionTitle}`,
        paragraphs: ['Votre employeur n’a pas validé votre demande de participation.'],
        quote: quoteReason(facts),
      };
    case 'refused_by_provider':
      return {
        ...base,
        subject: `Votre demande n’est pas retenue : ${actionTitle}`,
        paragraphs: ['Après lecture de votre demande, le prestataire ne l’a pas retenue.'],
        quote: quoteReason(facts),
      };
    case 'expired':
      return {
        ...base,
        subject: `Votre demande est restée sans réponse : ${actionTitle}`,
        paragraphs: [
          facts.from === 'requested'
            ? 'Les inscriptions à cette session sont closes et votre demande n’a pas reçu de réponse de votre structure. Elle est classée « Sans réponse ».'
            : facts.from === 'waitlisted'
              ? 'La session commence et aucune place ne s’est libérée. Votre demande est classée « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.'
              : 'La session commence et le prestataire n’a pas répondu à votre demande. Elle est classée « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.',
        ],
      };
    case 'withdrawn':
      // Whoever withdraws knows; whoever is detached from a structure, or withdrawn by the agency, does not.
      if (facts.role === 'agency') {
        return {
          ...base,
          subject: `Votre inscription est annulée : ${actionTitle}`,
          paragraphs: ['Cap Métiers Nouvelle-Aquitaine a annulé votre demande de participation.'],
          quote: quoteReason(facts),
        };
      }
      if (event !== 'leave') return undefined;
      return {
        ...base,
        subject: `Votre demande est annulée : ${actionTitle}`,
        paragraphs: [
          facts.reason === ACCOUNT_CLOSED
            ? 'Votre compte est fermé, faute d’utilisation : la demande que vous aviez faite est annulée.'
            : `Vous ne faites plus partie ${deName(facts.structureName)} : la demande que vous aviez faite au titre de cette structure est annulée.`,
        ],
      };
    default:
      return undefined;
  }
}

/**
 * What validators are told.
 * @param decisionPath where the request can be decided, for a new request
 */
export function validatorMessage(facts: NoticeFacts, decisionPath?: string): Text {
  const { to, event, personName, actionTitle } = facts;
  const base = {
    kind: `enrolment.${to}.validator`,
    details: fileDetails(facts),
    link: { label: 'Ouvrir l’espace Valideur RH', path: '/parcourspro/valideur' },
  };
  switch (to) {
    case 'requested':
      return {
        ...base,
        subject: `Demande d’inscription à valider : ${personName}`,
        paragraphs: [
          `${personName} demande à participer à l’action ci-dessous et attend votre décision, avant le ${facts.decideBefore} : sans réponse, la demande sera classée.`,
          'Le bouton ouvre la demande sans mot de passe : vous pourrez l’approuver ou la refuser.',
        ],
        quote: { label: 'Demande et éléments de motivation', text: facts.motivation },
        link: { label: 'Voir la demande et décider', path: decisionPath ?? base.link.path },
        footnote:
          'Ce lien vous est personnel : ne le transférez pas. Il ne sert plus une fois la décision prise.',
      };
    case 'enrolled':
    case 'preregistered':
      return {
        ...base,
        subject: `${to === 'enrolled' ? 'Inscription confirmée' : 'Place obtenue'} : ${personName}`,
        paragraphs: [
          event === 'promote'
            ? `Une place s’est libérée pour ${personName}, qui quitte la liste d’attente.`
            : `Le prestataire a accepté la demande ${deName(personName)} : l’inscription est confirmée.`,
        ],
        details: [...fileDetails(facts), ...(to === 'enrolled' ? slotDetails(facts) : [])],
      };
    case 'refused_by_provider':
      return {
        ...base,
        subject: `Demande non retenue par le prestataire : ${personName}`,
        paragraphs: [`Le prestataire n’a pas retenu la demande ${deName(personName)}.`],
        quote: quoteReason(facts),
      };
    case 'withdrawn':
      return {
        ...base,
        subject: `${withdrawalTitle(facts)} : ${personName}`,
        paragraphs: [withdrawalSentence(facts)],
        quote: quoteReason(facts),
      };
    default:
      return {
        ...base,
        subject: `Demande restée sans réponse : ${personName}`,
        paragraphs: [
          facts.from === 'requested'
            ? `Les inscriptions à « ${actionTitle} » sont closes : la demande ${deName(personName)} est classée « Sans réponse ».`
            : `La session commence sans réponse du prestataire : la demande ${deName(personName)} est classée « Sans réponse ».`,
        ],
      };
  }
}

/**
 * What the people of the training body are told.
 * @param decisionPath where to decide, when it is not in the provider's space
 */
export function providerMessage(facts: NoticeFacts, decisionPath?: string): Text {
  const base = {
    details: fileDetails(facts),
    link: {
      label: decisionPath ? 'Voir la demande et décider' : 'Ouvrir la session',
      path: decisionPath ?? `/parcourspro/prestataire/seances/${facts.sessionId}`,
    },
  };
  if (facts.to === 'expired') {
    return {
      ...base,
      kind: 'enrolment.expired.provider',
      subject: `Demande restée sans réponse : ${facts.actionTitle}`,
      paragraphs: [
        `La session commence et la demande ${deName(facts.personName)} n’a pas reçu de réponse de votre part : elle est classée « Sans réponse ».`,
      ],
    };
  }
  if (facts.to === 'withdrawn') {
    return {
      ...base,
      kind: 'enrolment.withdrawn.provider',
      subject: `${withdrawalTitle(facts)} : ${facts.actionTitle}`,
      paragraphs: [withdrawalSentence(facts)],
      quote: quoteReason(facts),
    };
  }
  if (facts.to === 'enrolled') {
    return {
      ...base,
      kind: 'enrolment.enrolled.provider',
      subject: `Nouvelle inscription : ${facts.actionTitle}`,
      paragraphs: [`${facts.personName} quitte la liste d’attente et a maintenant une place.`],
    };
  }
  return {
    ...base,
    kind: 'enrolment.preregistered.provider',
    subject: `Demande à examiner : ${facts.actionTitle}`,
    paragraphs: [
      `La préinscription ${deName(facts.personName)} attend votre décision.`,
      'Prenez connaissance de ses motivations, puis acceptez ou refusez la demande.',
    ],
    quote: { label: 'Demande et éléments de motivation', text: facts.motivation },
  };
}

const withdrawalTitle = (facts: NoticeFacts) => (facts.isLate ? 'Annulation tardive' : 'Annulation');

const withdrawalSentence = ({ role, personName, isLate, reason }: NoticeFacts) =>
  [
    role === 'agency'
      ? `Cap Métiers a annulé la demande ${deName(personName)}.`
      : role === 'system'
        ? `${personName} ${reason === ACCOUNT_CLOSED ? 'n’a plus de compte ouvert' : 'quitte la structure'} : sa demande de participation est annulée.`
        : `${personName} annule sa demande de participation.`,
    ...(isLate ? ['Cette annulation est tardive : elle arrive après le délai de prévenance.'] : []),
  ].join(' ');
