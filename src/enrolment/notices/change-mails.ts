import { formatPeriod, formatSlot } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { mySpace } from './words.ts';

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
