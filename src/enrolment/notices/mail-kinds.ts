import { sample } from '#access/sample.ts';
import { formatDateTime, formatPeriod, formatSlot } from '#platform/french/time.ts';
import type { DeclaredMail, DeclaredMails } from '#platform/mail/kinds.ts';
import { confirmationReminder, notRestoredMessage } from './change-mails.ts';
import { endDigestLink } from './digest.ts';
import { digestMessage } from './digest-mail.ts';
import { asReminder, providerMessage, validatorMessage } from './mails.ts';
import { personMessage } from './person-mails.ts';
import type { NoticeFacts, Text } from './words.ts';

const { person, validator, provider, structure, session, at, token, reason } = sample;
const request: NoticeFacts = {
  enrolmentId: 1,
  event: 'request',
  from: null,
  to: 'requested',
  role: 'beneficiary',
  personName: person.name,
  structureName: structure.structureName,
  actionTitle: session.actionTitle,
  slug: session.slug,
  sessionId: session.sessionId,
  providerName: session.providerName,
  deciders: 'validators',
  decideBefore: formatDateTime(session.closesAt),
  period: formatPeriod(session.startsAt, session.endsAt, at),
  slots: session.slots.map((slot) => ({
    when: formatSlot(slot.startsAt, slot.endsAt),
    where: '1 rue de l’Exemple, 33000 Bordeaux',
  })),
  motivation: 'Ce que la personne a écrit de ses motivations.',
  reason: null,
  rank: null,
  waitingFor: null,
  isLate: false,
  overlaps: [],
  formerSlots: session.formerSlots.map((slot) => formatSlot(slot.startsAt, slot.endsAt)),
  calendars: [],
};
const decision = `/parcourspro/validation/${token}`;
const calendars: NoticeFacts['calendars'] = [{ filename: 'seances.ics', method: 'PUBLISH', content: '' }];

type Change = Partial<NoticeFacts> & Pick<NoticeFacts, 'event' | 'from' | 'to'>;
type Reader = { email: string; name: string };
const addressed = (text: Text, { email, name }: Reader) => ({ ...text, to: email, recipientName: name });

const toPerson = (when: string, change: Change): DeclaredMail => ({
  to: 'person',
  when,
  sample: () =>
    addressed(personMessage({ ...request, ...change }, { validators: 1, provider: 1 }) as Text, person),
});
const toValidator = (when: string, change: Change): DeclaredMail => ({
  to: 'hr_validator',
  when,
  sample: () => addressed(validatorMessage({ ...request, ...change }), validator),
});
const toProvider = (when: string, change: Change): DeclaredMail => ({
  to: 'provider',
  when,
  sample: () => addressed(providerMessage({ ...request, ...change }), provider),
});

const approved = { event: 'approve', from: 'requested', to: 'preregistered', role: 'hr_validator' } as const;
const accepted = { event: 'accept', from: 'preregistered', to: 'enrolled', role: 'provider' } as const;
const promoted = { event: 'promote', from: 'waitlisted', role: 'system' } as const;
const refusedByProvider = {
  event: 'refuse_by_provider',
  from: 'preregistered',
  to: 'refused_by_provider',
  role: 'provider',
  reason,
} as const;
const withdrawn = { event: 'withdraw', from: 'enrolled', to: 'withdrawn', reason } as const;
const expired = { event: 'expire', to: 'expired', role: 'system' } as const;
const approvalWithdrawn = {
  event: 'withdraw_approval',
  from: 'enrolled',
  to: 'refused_by_hr',
  role: 'hr_validator',
  reason,
} as const;
const moved = { event: 'move', from: 'enrolled', to: 'enrolled', role: 'agency', reason } as const;

/** The e-mails about one request for a place (domain.md §7). */
export const enrolmentMails: DeclaredMails = {
  'enrolment.requested.person': toPerson('La personne demande une place.', request),
  'enrolment.preregistered.person': toPerson('La demande est validée, une place est réservée.', approved),
  'enrolment.waitlisted.person': toPerson('La demande est validée, mais aucune place n’est libre.', {
    ...approved,
    to: 'waitlisted',
    rank: 3,
  }),
  'enrolment.enrolled.person': toPerson('L’inscription est confirmée.', { ...accepted, calendars }),
  'enrolment.refused_by_hr.person': toPerson('L’employeur refuse la demande.', {
    ...approved,
    event: 'refuse_by_hr',
    to: 'refused_by_hr',
    reason,
  }),
  'enrolment.refused_by_provider.person': toPerson(
    'Le prestataire ne retient pas la demande.',
    refusedByProvider,
  ),
  'enrolment.withdrawn.person': toPerson('La demande est annulée.', withdrawn),
  'enrolment.expired.person': toPerson('La demande reste sans réponse.', { ...expired, from: 'requested' }),
  'enrolment.withdraw_approval.person': toPerson('L’employeur retire son accord.', approvalWithdrawn),
  'enrolment.cancel_session.person': toPerson('La session est annulée.', {
    event: 'cancel_session',
    from: 'enrolled',
    to: 'session_cancelled',
    reason,
  }),
  'enrolment.restore.person': toPerson('La session annulée est rétablie.', {
    event: 'restore',
    from: 'session_cancelled',
    to: 'enrolled',
    calendars,
  }),
  'enrolment.not_restored.person': {
    to: 'person',
    when: 'La session annulée est rétablie, mais pas la demande de la personne.',
    sample: () => notRestoredMessage(person, session, 'no_seat', at),
  },
  'enrolment.reschedule.person': toPerson('La session change de dates.', {
    event: 'reschedule',
    from: 'enrolled',
    to: 'enrolled',
    reason,
    calendars,
  }),
  'enrolment.confirmation.reminder': {
    to: 'person',
    when: 'La session a changé de dates, ou est rétablie, et la personne n’a pas dit si elle vient toujours.',
    sample: () => confirmationReminder(person, session, at),
  },
  'enrolment.move.person': toPerson('L’agence déplace la demande vers une autre session.', moved),
  'enrolment.requested.validator': {
    to: 'hr_validator',
    when: 'Une personne de la structure demande une place. Sans autre Valideur RH, l’agence reçoit cet e-mail.',
    sample: () => addressed(validatorMessage(request, decision), validator),
  },
  'enrolment.requested.reminder': {
    to: 'hr_validator',
    when: 'Une demande n’a pas de décision après quelques jours ouvrés.',
    sample: () => addressed(asReminder(validatorMessage(request, decision), person.name), validator),
  },
  'enrolment.requested.digest': {
    to: 'hr_validator',
    when: 'Chaque jour ouvré où il y a des demandes, pour qui a choisi un récapitulatif quotidien.',
    sample: () => ({
      ...digestMessage(
        { ...validator, structureName: structure.structureName, waiting: 1 },
        [{ ...session, personName: person.name }],
        [decision],
        at,
      ),
      unsubscribePath: endDigestLink.route.replace(':token', token),
    }),
  },
  'enrolment.preregistered.validator': toValidator('Une personne en liste d’attente obtient une place.', {
    ...promoted,
    to: 'preregistered',
  }),
  'enrolment.enrolled.validator': toValidator('L’inscription d’une personne est confirmée.', accepted),
  'enrolment.refused_by_provider.validator': toValidator(
    'Le prestataire ne retient pas une demande.',
    refusedByProvider,
  ),
  'enrolment.withdrawn.validator': toValidator('Une demande est annulée.', withdrawn),
  'enrolment.expired.validator': toValidator('Une demande reste sans réponse.', {
    ...expired,
    from: 'requested',
  }),
  'enrolment.move.validator': toValidator('L’agence déplace une personne vers une autre session.', moved),
  'enrolment.preregistered.provider': toProvider(
    'Une préinscription attend la décision du prestataire. Si personne n’y a de compte, l’agence reçoit cet e-mail.',
    approved,
  ),
  'enrolment.enrolled.provider': toProvider('Une personne est inscrite sans décision du prestataire.', {
    ...promoted,
    to: 'enrolled',
  }),
  'enrolment.withdrawn.provider': toProvider('Une demande est annulée.', withdrawn),
  'enrolment.withdraw_approval.provider': toProvider('Un employeur retire son accord.', approvalWithdrawn),
  'enrolment.expired.provider': toProvider('La session commence sans réponse du prestataire.', {
    ...expired,
    from: 'preregistered',
  }),
  'enrolment.move.provider': toProvider('L’agence déplace une personne vers une autre session.', moved),
};
