import { formatDateTime, formatPeriod } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Opening } from './repository.ts';

/** To whoever asked: the session takes requests again. @param now tells whether the dates need their year */
export function openingMessage(opening: Opening, now: Date): Message {
  const { hasSeat } = opening;
  return {
    kind: 'seat-watch.opening',
    to: opening.email,
    subject: `${hasSeat ? 'Une place s’est libérée' : 'La liste d’attente est de nouveau ouverte'} : ${opening.title}`,
    recipientName: opening.name,
    paragraphs: [
      hasSeat
        ? 'Une session que vous suivez accepte de nouveau des demandes : une place s’est libérée.'
        : 'Une session que vous suivez accepte de nouveau des demandes, en liste d’attente.',
      'Rien ne vous est réservé : d’autres personnes sont prévenues en même temps que vous.',
    ],
    details: [
      ['Action', opening.title],
      ['Dates', formatPeriod(opening.startsAt, opening.endsAt, now)],
      ['Inscriptions jusqu’au', formatDateTime(opening.registrationClosesAt)],
    ],
    link: {
      label: 'Voir la session',
      path: `/parcourspro/actions/${opening.slug}#session-${opening.sessionId}`,
    },
    footnote: 'Vous ne recevrez pas d’autre e-mail pour cette session, sauf si vous le demandez de nouveau.',
  };
}
