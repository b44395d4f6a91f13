import { sample } from '#access/sample.ts';
import type { DeclaredMail, DeclaredMails, MailAudience } from '#platform/mail/kinds.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Concerned } from './audience.ts';
import {
  attendanceNotice,
  cancelledNotice,
  messagesTo,
  rescheduledNotice,
  restoredNotice,
  type TogetherNotice,
} from './mails.ts';

const { person, validator, provider, manager, structure, session, at, reason } = sample;
const concerned: Concerned = {
  ...session,
  people: [
    {
      ...structure,
      enrolmentId: 1,
      userId: person.id,
      name: person.name,
      state: 'enrolled',
      validators: [validator],
    },
  ],
  providers: [provider],
  agency: [manager],
};

const readers = { hr_validator: validator, provider, agency: manager };

/** What one reader gets of a notice, when the training body acts. */
const together = (
  to: MailAudience & keyof typeof readers,
  when: string,
  notice: TogetherNotice,
): DeclaredMail => ({
  to,
  when,
  sample: () =>
    messagesTo(concerned, { role: 'provider', userId: null }, notice, at).find(
      (message) => message.to === readers[to].email,
    ) as Message,
});

const cancelled = cancelledNotice(reason);
const restored = restoredNotice(() => false);
const rescheduled = rescheduledNotice(session.formerSlots, session.slots, reason);
const attendance = attendanceNotice('provider', false, () => 'Présent');

/** The e-mails about a whole session, one for all the people whom somebody follows in it. */
export const sessionMails: DeclaredMails = {
  'session.cancelled.validator': together('hr_validator', 'Une session est annulée.', cancelled),
  'session.cancelled.provider': together(
    'provider',
    'Un collègue, ou l’agence, annule une session.',
    cancelled,
  ),
  'session.cancelled.agency': together('agency', 'Un prestataire annule une session.', cancelled),
  'session.restored.validator': together('hr_validator', 'Une session annulée est rétablie.', restored),
  'session.restored.provider': together(
    'provider',
    'Un collègue, ou l’agence, rétablit une session.',
    restored,
  ),
  'session.restored.agency': together('agency', 'Un prestataire rétablit une session.', restored),
  'session.rescheduled.validator': together('hr_validator', 'Une session change de dates.', rescheduled),
  'session.rescheduled.provider': together(
    'provider',
    'Un collègue, ou l’agence, change les dates d’une session.',
    rescheduled,
  ),
  'session.rescheduled.agency': together(
    'agency',
    'Un prestataire change les dates d’une session.',
    rescheduled,
  ),
  'session.attendance.validator': together(
    'hr_validator',
    'Une feuille de présence est validée, ou corrigée.',
    attendance,
  ),
};
