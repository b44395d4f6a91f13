import type { KnownRecipient } from '#access/recipients.ts';
import { formatPeriod, formatSlot } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Doer } from '../doer.ts';
import { liveStateLabels } from '../notices/words.ts';
import type { Role } from '../states.ts';
import type { Concerned, ConcernedPerson } from './audience.ts';

/** What happened to a session, for those who follow several people in it. */
export interface TogetherNotice {
  kind: string;
  title: string;
  sentence: string;
  /** What becomes of each person, shown beside the name. */
  stateOf(person: ConcernedPerson): string;
  /** More lines, before the people: the former and the new dates. */
  details?: [string, string][];
  reason?: string | null;
  /** Nobody else is told. */
  validatorsOnly?: boolean;
}

/** The session does not take place. */
export const cancelledNotice = (reason: string): TogetherNotice => ({
  kind: 'session.cancelled',
  title: 'Session annulée',
  sentence: 'La session ci-dessous est annulée. Ses demandes ne sont pas décomptées des droits de l’année.',
  stateOf: () => 'Action annulée',
  reason,
});

/** It takes place after all. @param stays for whom it does not */
export const restoredNotice = (stays: (person: ConcernedPerson) => boolean): TogetherNotice => ({
  kind: 'session.restored',
  title: 'Session rétablie',
  sentence:
    'La session ci-dessous, qui avait été annulée, aura lieu. Chaque personne retrouve son état, sauf si c’est impossible.',
  stateOf: (person) => (stays(person) ? 'Reste annulé\u00a0: la personne sait pourquoi' : stateLabel(person)),
});

type Hours = Readonly<{ startsAt: Date | string; endsAt: Date | string }>;

/** It has other dates. */
export const rescheduledNotice = (
  former: readonly Hours[],
  slots: readonly Hours[],
  reason: string,
): TogetherNotice => ({
  kind: 'session.rescheduled',
  title: 'Nouvelles dates',
  sentence:
    'La session ci-dessous change de dates. Chacun garde sa place ou son rang, et doit confirmer sa présence.',
  details: [
    ...former.map((slot): [string, string] => ['Ancienne date', formatSlot(slot.startsAt, slot.endsAt)]),
    ...slots.map((slot): [string, string] => ['Nouvelle date', formatSlot(slot.startsAt, slot.endsAt)]),
  ],
  stateOf: stateLabel,
  reason,
});

/** Who was there; `again` after a correction. */
export const attendanceNotice = (
  role: Role,
  again: boolean,
  presenceOf: TogetherNotice['stateOf'],
): TogetherNotice => ({
  kind: 'session.attendance',
  title: again ? 'Présences corrigées' : 'Présences',
  sentence: `${role === 'agency' ? 'Cap Métiers' : 'Le prestataire'} a ${again ? 'corrigé' : 'validé'} la feuille de présence de la session ci-dessous.`,
  stateOf: presenceOf,
  validatorsOnly: true,
});

/** « Préinscrit », « Liste d’attente »… for those to whom something is still to come. */
const stateLabel = ({ state }: ConcernedPerson): string => liveStateLabels[state] ?? state;

/** The e-mails that tell of a notice: one for each validator and structure, colleague of the training body, manager. */
export function messagesTo(
  concerned: Concerned,
  by: Pick<Doer, 'role' | 'userId'>,
  notice: TogetherNotice,
  now: Date,
): Message[] {
  const { actionTitle, startsAt, endsAt, providerName, sessionId, people } = concerned;
  const base = (one: Recipient, who: readonly ConcernedPerson[]) => ({
    ...addressedTo(one),
    subject: `${notice.title}\u00a0: ${actionTitle}`,
    paragraphs: [notice.sentence],
    details: [
      ['Action', actionTitle],
      ['Dates', formatPeriod(startsAt, endsAt, now)],
      ['Organisé par', providerName],
      ...(notice.details ?? []),
      ...who.map((person): [string, string] => [person.name, notice.stateOf(person)]),
    ] as [string, string][],
    quote: notice.reason ? { label: 'Motif indiqué', text: notice.reason } : undefined,
  });
  const toValidators = groupByValidator(people).map(({ validator, people: theirs }) => ({
    ...base(validator, theirs),
    kind: `${notice.kind}.validator`,
    link: { label: 'Ouvrir l’espace Valideur RH', path: '/parcourspro/valideur' },
  }));
  if (notice.validatorsOnly) return toValidators;
  // Nobody whose employer has yet to approve is known to the training body.
  const known = people.filter(({ state }) => state !== 'requested');
  const colleagues = concerned.providers.filter(({ id }) => id !== by.userId);
  const toProvider = colleagues.map((one) => ({
    ...base(one, known),
    kind: `${notice.kind}.provider`,
    link: { label: 'Ouvrir la session', path: `/parcourspro/prestataire/seances/${sessionId}` },
  }));
  const managers = by.role === 'provider' ? concerned.agency.filter(({ id }) => id !== by.userId) : [];
  const toAgency = managers.map((one) => ({
    ...base(one, people),
    kind: `${notice.kind}.agency`,
    link: { label: 'Ouvrir la page de l’agence', path: '/agence' },
  }));
  return [...toValidators, ...toProvider, ...toAgency];
}

/** One group per validator and structure: somebody who validates for two structures reads of each apart. */
function groupByValidator(
  people: readonly ConcernedPerson[],
): { validator: KnownRecipient; people: ConcernedPerson[] }[] {
  const groups = new Map<string, { validator: KnownRecipient; people: ConcernedPerson[] }>();
  for (const person of people) {
    for (const validator of person.validators) {
      const key = `${validator.id}/${person.structureId}`;
      const group = groups.get(key) ?? { validator, people: [] };
      group.people.push(person);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
