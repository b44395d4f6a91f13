import { formatPeriod, formatSlot } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
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

interface Person {
  email: string;
  name: string;
}

interface Session {
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

/** Why somebody does not come back with the session, in words for them, by the code of the rule. */
const reasons: Readonly<Record<string, string>> = Object.freeze({
  left_structure: 'Vous n’êtes plus rattaché à la structure pour laquelle vous aviez demandé cette place.',
  already_live: 'Vous avez depuis fait une autre demande pour la même action.',
  yearly_actions_used: 'Vous avez depuis utilisé tous vos droits de participation de l’année.',
  yearly_formations_used: 'Vous avez depuis utilisé tous vos droits à des formations de l’année.',
  no_seat: 'La session a maintenant moins de places, et toutes sont prises.',
  full: 'La session et sa liste d’attente sont complètes.',
  closed: 'Les inscriptions à cette session sont closes.',
});

/** The session takes place after all, but without them. @param code of the rule that keeps them out */
export const notRestoredMessage = (
  to: Person,
  { actionTitle, startsAt, endsAt, slug }: Session & { slug: string },
  code: string,
  now: Date,
): Message => ({
  kind: 'enrolment.not_restored.person',
  to: to.email,
  recipientName: to.name,
  subject: `Session rétablie sans vous\u00a0: ${actionTitle}`,
  paragraphs: [
    'La session qui avait été annulée aura lieu, mais votre demande ne peut pas être rétablie.',
    reasons[code] ?? 'Une règle d’inscription s’y oppose maintenant.',
    'Si la session accepte encore des demandes, vous pouvez en faire une nouvelle.',
  ],
  details: [
    ['Action', actionTitle],
    ['Dates', formatPeriod(startsAt, endsAt, now)],
  ],
  link: { label: 'Voir l’action', path: `/parcourspro/actions/${slug}` },
});

/** To whoever has not said whether they still come. */
export const confirmationReminder = (
  to: Person,
  session: Session & {
    providerName: string;
    slots: readonly { startsAt: Date | string; endsAt: Date | string }[];
  },
  now: Date,
): Message => ({
  kind: 'enrolment.confirmation.reminder',
  to: to.email,
  recipientName: to.name,
  subject: `Venez-vous toujours\u00a0? ${session.actionTitle}`,
  paragraphs: [
    'Les dates de cette session ont changé, ou elle a été rétablie, et vous n’avez pas encore confirmé votre présence.',
    'Votre place est gardée. Confirmez depuis votre espace personnel, ou annulez votre demande\u00a0: ce ne sera pas une annulation tardive, et une autre personne aura la place.',
  ],
  details: [
    ['Action', session.actionTitle],
    ['Dates', formatPeriod(session.startsAt, session.endsAt, now)],
    ['Organisé par', session.providerName],
    ...session.slots.map((slot): [string, string] => [
      'Demi-journée',
      formatSlot(slot.startsAt, slot.endsAt),
    ]),
  ],
  link: { ...mySpace, label: 'Répondre dans mon espace personnel' },
});
