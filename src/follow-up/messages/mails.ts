import { formatPeriod } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { MessageContext } from './repository.ts';

/** The words of a training body's person to one of a session, whose answer goes to them. */
export function emailTo(
  to: Recipient,
  context: MessageContext,
  { subject, body }: { subject: string; body: string },
  now: Date,
): Message {
  return {
    kind: 'session.message.person',
    ...addressedTo(to),
    subject,
    paragraphs: [`${context.providerName} vous écrit au sujet de l’action ci-dessous.`],
    details: [
      ['Action', context.actionTitle],
      ['Dates', formatPeriod(context.startsAt, context.endsAt, now)],
    ],
    quote: { label: `Message de ${context.authorName}, ${context.providerName}`, text: body },
    link: { label: 'Ouvrir mon espace personnel', path: '/parcourspro/mon-espace' },
    replyTo: { name: context.authorName, address: context.authorEmail },
  };
}
