import type { Attachment, Message } from '#platform/mail/message.ts';
import type { Role, State } from '../states.ts';
import type { EnrolmentEvent } from '../transitions/table.ts';

/** What the texts of the e-mails are made of. */
export interface NoticeFacts {
  enrolmentId: number;
  event: EnrolmentEvent;
  from: State | null;
  to: State;
  role: Role;
  personName: string;
  structureName: string;
  actionTitle: string;
  slug: string;
  sessionId: number;
  providerName: string;
  /** Who has been asked to decide on a new request. */
  deciders: 'validators' | 'agency';
  /** When registration closes: until then a request can be answered. */
  decideBefore: string;
  period: string;
  /** `link`: where to connect, for what is followed from afar. */
  slots: { when: string; where: string; link?: string }[];
  motivation: string;
  reason: string | null;
  rank: number | null;
  /** Why somebody waits, in words for them. */
  waitingFor: string | null;
  isLate: boolean;
  /** What else the person holds at the same hours. */
  overlaps: string[];
  /** The half-days before a move. */
  formerSlots: string[];
  /** The .ics files: the dates of somebody who is enrolled, and what takes former ones out of their calendar. */
  calendars: { filename: string; method: 'PUBLISH' | 'CANCEL'; content: string }[];
}

/** A message without its recipient. */
export type Text = Omit<Message, 'to' | 'recipientName'>;

/** The way to « Mon espace personnel ». */
export const mySpace = { label: 'Ouvrir mon espace personnel', path: '/parcourspro/mon-espace' };

type Details = NonNullable<Message['details']>;

/** The action, for a list in an e-mail. */
export const actionDetails = (facts: NoticeFacts): [string, string][] => [
  ['Action', facts.actionTitle],
  ['Dates', facts.period],
  ['Organisé par', facts.providerName],
];
/** The person and the action. */
export const fileDetails = (facts: NoticeFacts): [string, string][] => [
  ['Personne', facts.personName],
  ['Structure', facts.structureName],
  ...actionDetails(facts),
];
/** Each half-day with its place. */
export const slotDetails = (facts: NoticeFacts): Details =>
  facts.slots.map(({ when, where, link }) => [when, where, link]);
/** The reason that somebody gave, in their own words. */
export const quoteReason = (facts: NoticeFacts) =>
  facts.reason ? { label: 'Motif indiqué', text: facts.reason } : undefined;

/** The half-days before a change and after it, one line each. */
export const formerAndNew = (facts: NoticeFacts): Details => [
  ...facts.formerSlots.map((slot): Details[number] => ['Ancienne date', slot]),
  ...facts.slots.map(({ when, where, link }): Details[number] => [
    'Nouvelle date',
    `${when}, ${where}`,
    link,
  ]),
];

/** The .ics files, as attachments. */
export const calendarFiles = (facts: NoticeFacts): Attachment[] =>
  facts.calendars.map(({ filename, method, content }) => ({
    filename,
    contentType: `text/calendar; charset=utf-8; method=${method}`,
    content,
  }));

/** How e-mails name the states in which something is still to come. */
export const liveStateLabels: Readonly<Partial<Record<State, string>>> = Object.freeze({
  requested: 'Demande d’inscription',
  waitlisted: 'Liste d’attente',
  preregistered: 'Préinscrit',
  enrolled: 'Inscrit',
});

/** Why a request ends with the account of the person. */
export const ACCOUNT_CLOSED = 'Le compte de la personne est fermé, faute d’utilisation.';
