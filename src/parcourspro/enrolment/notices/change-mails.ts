import {
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

const KEPT = 'Si vous ne pouvez pas venir, annulez votre demande depuis votre espace personnel';

/** What the person is told of a change that came after their request; undefined for every other event. */
export function changeMessage(facts: NoticeFacts): Text | undefined {
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
