import { deName } from '#platform/french/words.ts';
import type { EnrolmentEvent } from '../transitions/table.ts';
import { informedWords, type Told } from './told.ts';
import {
  ACCOUNT_CLOSED,
  actionDetails,
  calendarFiles,
  formerAndNew,
  liveStateLabels,
  mySpace,
  type NoticeFacts,
  quoteReason,
  slotDetails,
  type Text,
} from './words.ts';

/**
 * What the person is told; undefined where the change has no e-mail of its own.
 * @param told who else is written to
 */
export function personMessage(facts: NoticeFacts, told: Told): Text | undefined {
  const { to, event, actionTitle } = facts;
  const change = changeMessage(facts);
  if (change) return change;
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
            : (firstWords[event] ?? 'Votre demande est validée : votre préinscription est enregistrée.'),
          'Le prestataire va prendre connaissance de vos motivations ; votre inscription sera définitive après sa validation.',
        ],
        quote: quoteReason(facts),
      };
    case 'waitlisted':
      return {
        ...base,
        subject: `Vous êtes sur liste d’attente : ${actionTitle}`,
        paragraphs: [
          `${event === 'approve' ? 'Votre demande est validée par votre structure, mais' : 'Votre demande est enregistrée, mais'} aucune place n’est disponible pour vous à ce jour : vous êtes sur liste d’attente, au rang ${facts.rank}.`,
          ...(facts.waitingFor ? [facts.waitingFor] : []),
          'Si une place se libère, elle vous revient à votre tour, et un e-mail vous le dit.',
        ],
      };
    case 'enrolled':
      return {
        ...base,
        subject: `Inscription confirmée : ${actionTitle}`,
        paragraphs: [
          firstWords[event] ?? 'Votre inscription est confirmée.',
          'Votre convocation vous parvient par un e-mail à part ; le fichier joint ajoute les dates à votre agenda.',
          'Si vous ne pouvez plus venir, annulez votre inscription dès que possible depuis votre espace personnel : une autre personne aura la place.',
        ],
        details: [...actionDetails(facts), ...slotDetails(facts)],
        quote: quoteReason(facts),
        attachments: calendarFiles(facts),
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
            ? 'Les inscriptions à cette session sont closes et votre demande n’a pas reçu de réponse de votre structure. Elle passe en « Sans réponse ».'
            : facts.from === 'waitlisted'
              ? 'La session commence et aucune place ne s’est libérée. Votre demande passe en « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.'
              : 'La session commence et le prestataire n’a pas répondu à votre demande. Elle passe en « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.',
        ],
      };
    case 'withdrawn':
      // An acknowledgement, which also takes the session out of the person's calendar.
      if (facts.role === 'beneficiary') {
        return {
          ...base,
          subject: `Votre annulation est enregistrée : ${actionTitle}`,
          paragraphs: [
            `Vous avez annulé votre demande de participation.${whoElse(told)}`,
            ...(facts.isLate
              ? ['Cette annulation est tardive : elle arrive après le délai de prévenance.']
              : []),
          ],
          quote: quoteReason(facts),
          attachments: calendarFiles(facts),
        };
      }
      if (facts.role === 'agency') {
        return {
          ...base,
          subject: `Votre inscription est annulée : ${actionTitle}`,
          paragraphs: ['Cap Métiers Nouvelle-Aquitaine a annulé votre demande de participation.'],
          quote: quoteReason(facts),
          attachments: calendarFiles(facts),
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

const KEPT = 'Si vous ne pouvez pas venir, annulez votre demande depuis votre espace personnel';

/** What the person is told of a change that came after their request; undefined for every other event. */
function changeMessage(facts: NoticeFacts): Text | undefined {
  const { event, to, actionTitle } = facts;
  const base = { kind: `enrolment.${event}.person`, details: actionDetails(facts), link: mySpace };
  const state = `«\u00a0${liveStateLabels[to] ?? ''}\u00a0»`;
  const holdsSeat = to === 'preregistered' || to === 'enrolled';
  switch (event) {
    case 'withdraw_approval':
      return {
        ...base,
        subject: `Accord retiré par votre employeur\u00a0: ${actionTitle}`,
        paragraphs: [
          facts.role === 'agency'
            ? 'L’accord de votre employeur est retiré par Cap Métiers\u00a0: votre place est libérée.'
            : 'Votre employeur retire l’accord qu’il avait donné à votre participation\u00a0: votre place est libérée.',
          'Cette demande n’est plus décomptée de vos droits de l’année.',
        ],
        quote: quoteReason(facts),
        attachments: calendarFiles(facts),
      };
    case 'cancel_session':
      return {
        ...base,
        subject: `Session annulée\u00a0: ${actionTitle}`,
        paragraphs: [
          'La session ci-dessous est annulée, et votre demande avec elle.',
          'Cette demande n’est pas décomptée de vos droits de l’année\u00a0: vous pouvez en faire une autre.',
        ],
        quote: quoteReason(facts),
        attachments: calendarFiles(facts),
      };
    case 'restore':
      return {
        ...base,
        subject: `Session rétablie\u00a0: ${actionTitle}`,
        paragraphs: [
          `La session qui avait été annulée aura lieu. Vous retrouvez votre état\u00a0: ${state}${facts.rank ? `, au rang ${facts.rank}` : ''}.`,
          holdsSeat
            ? `Confirmez votre présence depuis votre espace personnel. ${KEPT}\u00a0: ce ne sera pas une annulation tardive.`
            : `${KEPT}.`,
          ...facts.overlaps,
        ],
        details: [...base.details, ...slotDetails(facts)],
        attachments: calendarFiles(facts),
      };
    case 'reschedule':
      return {
        ...base,
        subject: `Nouvelles dates\u00a0: ${actionTitle}`,
        paragraphs: [
          holdsSeat
            ? `Les dates de la session changent. Votre place est gardée\u00a0: confirmez votre présence depuis votre espace personnel. ${KEPT}\u00a0: tant que vous n’avez pas confirmé, ce ne sera pas une annulation tardive.`
            : `Les dates de la session changent. Votre demande reste en l’état\u00a0: ${state}. ${KEPT}.`,
          ...facts.overlaps,
        ],
        details: [...base.details, ...formerAndNew(facts)],
        quote: quoteReason(facts),
        attachments: calendarFiles(facts),
      };
    case 'move':
      return {
        ...base,
        subject: `Changement de session\u00a0: ${actionTitle}`,
        paragraphs: [
          `Cap Métiers a déplacé votre demande vers une autre session de la même action. Vous gardez votre état, ${state}, et la date de votre demande${facts.rank ? `\u00a0; vous êtes au rang ${facts.rank}` : ''}.`,
          `${KEPT}.`,
          ...facts.overlaps,
        ],
        details: [...base.details, ...formerAndNew(facts)],
        quote: quoteReason(facts),
        attachments: calendarFiles(facts),
      };
    default:
      return undefined;
  }
}

/** « Votre Valideur RH et le prestataire en sont informés. », for the sentence before to go on with. */
function whoElse(told: Told): string {
  const [initial = '', ...rest] = informedWords(told, ['votre', 'vos']);
  return initial && ` ${initial.toUpperCase()}${rest.join('')}.`;
}

/** How somebody came to a seat, where it is not by the usual way. */
const firstWords: Partial<Record<EnrolmentEvent, string>> = {
  promote: 'Une place s’est libérée\u00a0: vous quittez la liste d’attente, votre inscription est confirmée.',
  seat: 'Une place vous est donnée à titre exceptionnel\u00a0: vous quittez la liste d’attente.',
  enrol: 'Cap Métiers a enregistré votre inscription à cette action.',
};
