import { deName } from '#platform/french/words.ts';
import type { EnrolmentEvent } from '../transitions/table.ts';
import { changeMessage } from './change-mails.ts';
import { informedWords, type Told } from './told.ts';
import {
  ACCOUNT_CLOSED,
  actionDetails,
  calendarFiles,
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
          'Cet e-mail vaut convocation ; le fichier joint ajoute les dates à votre agenda.',
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
            ? 'Les inscriptions à cette session sont closes et votre demande n’a pas reçu de réponse de votre structure. Elle est classée « Sans réponse ».'
            : facts.from === 'waitlisted'
              ? 'La session commence et aucune place ne s’est libérée. Votre demande est classée « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.'
              : 'La session commence et le prestataire n’a pas répondu à votre demande. Elle est classée « Sans réponse » : vous pouvez en faire une autre pour une prochaine session.',
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
