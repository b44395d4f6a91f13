import { deName } from '#platform/french/words.ts';
import { addressedTo } from '#platform/mail/recipient.ts';
import type { Notice } from './notice.ts';
import type { Addressed } from './told.ts';
import {
  ACCOUNT_CLOSED,
  fileDetails,
  formerAndNew,
  liveStateLabels,
  type NoticeFacts,
  quoteReason,
  slotDetails,
  type Text,
} from './words.ts';

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
  if (event === 'move') return { ...base, ...moveText(facts), kind: 'enrolment.move.validator' };
  switch (to) {
    case 'requested':
      return {
        ...base,
        subject: `Demande d’inscription à valider : ${personName}`,
        paragraphs: [
          `${personName} demande à participer à l’action ci-dessous et attend votre décision, avant le ${facts.decideBefore} : sans réponse d’ici là, elle passera en « Sans réponse ».`,
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
        subject: `${to === 'enrolled' ? 'Inscription confirmée' : 'Place obtenue'}\u00a0: ${personName}`,
        paragraphs: [
          seatWords(facts) ??
            `Le prestataire a accepté la demande ${deName(personName)}\u00a0: l’inscription est confirmée.`,
        ],
        details: [...fileDetails(facts), ...(to === 'enrolled' ? slotDetails(facts) : [])],
        quote: quoteReason(facts),
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
            ? `Les inscriptions à « ${actionTitle} » sont closes : la demande ${deName(personName)} passe en « Sans réponse ».`
            : `La session commence sans réponse du prestataire : la demande ${deName(personName)} passe en « Sans réponse ».`,
        ],
      };
  }
}

/** The e-mail of a new request, to validators who have not answered. */
export const asReminder = <T extends Text>(asked: T, personName: string): T => ({
  ...asked,
  kind: 'enrolment.requested.reminder',
  subject: `Rappel\u00a0: ${personName} attend votre décision`,
});

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
  if (facts.event === 'move') return { ...base, ...moveText(facts), kind: 'enrolment.move.provider' };
  if (facts.event === 'withdraw_approval') {
    return {
      ...base,
      kind: 'enrolment.withdraw_approval.provider',
      subject: `Accord de l’employeur retiré\u00a0: ${facts.actionTitle}`,
      paragraphs: [
        `L’employeur ${deName(facts.personName)} retire son accord\u00a0: la place est libérée et va à la liste d’attente.`,
      ],
      quote: quoteReason(facts),
    };
  }
  if (facts.to === 'expired') {
    return {
      ...base,
      kind: 'enrolment.expired.provider',
      subject: `Demande restée sans réponse : ${facts.actionTitle}`,
      paragraphs: [
        `La session commence et la demande ${deName(facts.personName)} n’a pas reçu de réponse de votre part : elle passe en « Sans réponse ».`,
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
      paragraphs: [
        facts.event === 'promote'
          ? `${facts.personName} quitte la liste d’attente et a maintenant une place.`
          : (seatWords(facts) ?? ''),
      ],
      quote: quoteReason(facts),
    };
  }
  return {
    ...base,
    kind: 'enrolment.preregistered.provider',
    subject: `Demande à examiner : ${facts.actionTitle}`,
    paragraphs: [
      `La préinscription ${deName(facts.personName)} attend votre décision.`,
      ...(facts.event === 'seat' && facts.reason
        ? [`${seatWords(facts)} Motif indiqué\u00a0: ${facts.reason}`]
        : []),
      'Prenez connaissance de ses motivations, puis acceptez ou refusez la demande.',
    ],
    quote: { label: 'Demande et éléments de motivation', text: facts.motivation },
  };
}

/** What the training body is written to; where it has nobody, or nobody else, the agency answers for it. */
export function providerMessages({ facts, providers, agency }: Notice): Addressed {
  const path = providers.length > 0 ? undefined : `/agence/inscriptions/${facts.enrolmentId}`;
  const isAgency = path !== undefined && facts.to === 'preregistered';
  const text = providerMessage(facts, path);
  return {
    to: isAgency ? 'agency' : 'provider',
    messages: (isAgency ? agency : providers).map((one) => ({ ...text, ...addressedTo(one) })),
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

/** How somebody came to a seat, where it is not by the provider's answer. */
function seatWords({ event, role, personName }: NoticeFacts): string | undefined {
  if (event === 'promote')
    return `Une place s’est libérée pour ${personName}, qui quitte la liste d’attente.`;
  if (event === 'enrol') return `Cap Métiers a inscrit ${personName} à cette action.`;
  if (event !== 'seat') return undefined;
  const giver = role === 'agency' ? 'Cap Métiers' : 'Le prestataire';
  return `${giver} donne une place à ${personName} à titre exceptionnel, depuis la liste d’attente.`;
}

const moveText = (facts: NoticeFacts): Pick<Text, 'subject' | 'paragraphs' | 'details' | 'quote'> => ({
  subject: `Changement de session\u00a0: ${facts.personName}`,
  paragraphs: [
    `Cap Métiers a déplacé ${facts.personName} vers une autre session de la même action. Son état reste «\u00a0${liveStateLabels[facts.to]}\u00a0».`,
  ],
  details: [...fileDetails(facts), ...formerAndNew(facts)],
  quote: quoteReason(facts),
});
