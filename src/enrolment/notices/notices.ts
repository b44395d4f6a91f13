import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDateTime, formatPeriod, formatSlot } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo } from '#platform/mail/recipient.ts';
import { type CalendarSlot, placeOf, sessionCalendar } from '../calendar.ts';
import { sequenceOf, sequenceOfLeaving } from '../calendar-sequence.ts';
import type { Doer } from '../doer.ts';
import type { Overlap } from '../rules.ts';
import type { Audience, Transition } from '../transitions/table.ts';
import { asReminder, providerMessage, validatorMessage } from './mails.ts';
import { findNoticeRow, type NoticeRow } from './notice-row.ts';
import { personMessage } from './person-mails.ts';
import type { Addressee, Told } from './told.ts';
import { forgetForDigests, keepForDigest, newDecisionLink } from './validators.ts';
import type { NoticeFacts } from './words.ts';

/** What has just happened to one enrolment. */
export interface Happened {
  enrolmentId: number;
  transition: Transition;
  by: Doer;
  reason: string | null;
  /** Place in the queue, for somebody who now waits. */
  rank: number | null;
  /** Why they wait, in words for them. */
  waitingFor: string | null;
  isLate: boolean;
  overlaps: readonly Overlap[];
  /** The dates before a move. */
  former: FormerDates | null;
}

/** The half-days that somebody had before the session moved, or before they moved to another one. */
export interface FormerDates {
  sessionId: number;
  calendarSequence: number;
  slots: readonly CalendarSlot[];
}

/**
 * Queues every e-mail that a transition calls for, within its transaction (domain.md §7, column « effect »).
 * @returns who is written to
 */
export async function tell(deps: Dependencies, trx: Knex.Transaction, happened: Happened): Promise<Told> {
  const audiences = happened.transition.tell;
  if (audiences.length === 0) return {};
  const row = await findNoticeRow(trx, happened.enrolmentId, deps.clock.now());
  const facts = noticeFacts(deps, row, happened);
  const others: Message[] = [];
  const told: Told = {};
  for (const audience of audiences) {
    if (audience === 'person') continue;
    const { messages, to } = await messagesFor(deps, trx, audience, row, facts);
    others.push(...messages);
    if (messages.length > 0) told[to] = messages.length;
  }
  // Written last, as it says who else is written to; first in the queue.
  const own = audiences.includes('person') ? personMessage(facts, told) : undefined;
  if (own) {
    told.person = 1;
    await deps.mail.enqueue(trx, { ...own, to: row.person_email, recipientName: row.person_name });
  }
  for (const message of others) await deps.mail.enqueue(trx, message);
  return told;
}

/** The messages for others than the person, and whom they are for: the agency stands in where nobody can answer. */
async function messagesFor(
  deps: Dependencies,
  trx: Knex.Transaction,
  audience: Exclude<Audience, 'person'>,
  row: NoticeRow,
  facts: NoticeFacts,
): Promise<{ messages: Message[]; to: Addressee }> {
  if (audience === 'provider') {
    // A training body with nobody, or nobody else, cannot answer: the agency does.
    const path = row.providers.length > 0 ? undefined : `/agence/inscriptions/${facts.enrolmentId}`;
    const to = path && facts.to === 'preregistered' ? 'agency' : 'provider';
    const text = providerMessage(facts, path);
    const told = to === 'agency' ? row.agency : row.providers;
    return { to, messages: told.map((one) => ({ ...text, ...addressedTo(one) })) };
  }
  if (facts.event === 'request') {
    const to = row.validators.length > 0 ? 'validators' : 'agency';
    return { to, messages: await askForDecision(deps, trx, row, facts) };
  }
  // Whoever approved follows the file; before any approval, all who were asked.
  const approvers = row.validators.filter((one) => row.approver_ids.includes(one.id));
  const told = approvers.length > 0 ? approvers : row.validators;
  const text = validatorMessage(facts);
  return {
    to: 'validators',
    messages: told.map((one) => ({ ...text, ...addressedTo(one) })),
  };
}

/**
 * Each validator gets a link of their own, at once or in the digest of the day; with none but the requester, the agency
 * decides (domain.md §7).
 * @param again a reminder, which waits for no digest and takes the place of one
 */
async function askForDecision(
  deps: Dependencies,
  trx: Knex.Transaction,
  row: NoticeRow,
  facts: NoticeFacts,
  again = false,
): Promise<Message[]> {
  if (row.validators.length === 0) {
    return row.agency.map((one) => ({
      ...validatorMessage(facts, `/agence/inscriptions/${facts.enrolmentId}`),
      ...addressedTo(one),
    }));
  }
  const messages: Message[] = [];
  for (const one of row.validators) {
    if (one.hasDigest && !again) {
      await keepForDigest(trx, one.affiliationId, facts.enrolmentId, deps.clock.now());
      continue;
    }
    const path = await newDecisionLink(deps, trx, facts.enrolmentId, one);
    messages.push({ ...validatorMessage(facts, path), ...addressedTo(one) });
  }
  if (again) await forgetForDigests(trx, facts.enrolmentId);
  return messages;
}

/** Asks the validators of a `requested` enrolment once more, each with a new link of their own; nobody else is told. */
export async function askValidatorsAgain(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolmentId: number,
): Promise<void> {
  const row = await findNoticeRow(trx, enrolmentId, deps.clock.now());
  const facts = noticeFacts(deps, row, {
    enrolmentId,
    transition: { event: 'request', from: null, to: 'requested' },
    by: { role: 'system', userId: null, way: 'system' },
    reason: null,
    rank: null,
    waitingFor: null,
    isLate: false,
    overlaps: [],
    former: null,
  });
  if (row.validators.length === 0) return;
  for (const message of await askForDecision(deps, trx, row, facts, true)) {
    await deps.mail.enqueue(trx, asReminder(message, row.person_name));
  }
}

function noticeFacts(
  deps: Dependencies,
  row: NoticeRow,
  happened: Omit<Happened, 'transition'> & { transition: Pick<Transition, 'event' | 'from' | 'to'> },
): NoticeFacts {
  const { transition, reason, rank, waitingFor, isLate, enrolmentId, by, overlaps, former } = happened;
  const now = deps.clock.now();
  return {
    enrolmentId,
    event: transition.event,
    from: transition.from,
    to: transition.to,
    role: by.role,
    personName: row.person_name,
    structureName: row.structure_name,
    actionTitle: row.action_title,
    slug: row.slug,
    sessionId: row.session_id,
    providerName: row.provider_name,
    deciders: row.validators.length > 0 ? 'validators' : 'agency',
    decideBefore: formatDateTime(row.registration_closes_at),
    period: formatPeriod(row.starts_at, row.ends_at, now),
    slots: row.slots.map((slot) => ({
      when: formatSlot(slot.startsAt, slot.endsAt),
      where: placeOf(slot),
      ...(slot.modality === 'remote' && slot.link ? { link: slot.link } : {}),
    })),
    motivation: row.motivation,
    reason,
    rank,
    waitingFor,
    isLate,
    overlaps: overlaps.map(
      (one) =>
        `Attention\u00a0: vous avez une autre demande aux mêmes heures, «\u00a0${one.title}\u00a0» (${formatPeriod(one.startsAt, one.endsAt, now)}).`,
    ),
    formerSlots: (former?.slots ?? []).map((slot) => formatSlot(slot.startsAt, slot.endsAt)),
    calendars: calendarsFor(deps, row, transition, former),
  };
}

/** The files that keep the calendar of somebody enrolled true. */
function calendarsFor(
  { config, clock }: Dependencies,
  row: NoticeRow,
  { event, from, to }: Pick<Transition, 'event' | 'from' | 'to'>,
  former: FormerDates | null,
): NoticeFacts['calendars'] {
  const common = {
    host: new URL(config.publicUrl).hostname,
    title: row.action_title,
    url: `${config.publicUrl}/parcourspro/actions/${row.slug}`,
    stamp: clock.now(),
  };
  const { departures, slots } = row;
  const inPlace = sequenceOf(row.calendar_sequence, departures);
  const session = { id: row.session_id, calendarSequence: inPlace, slots };
  const cancelled = (one: typeof session) => ({
    filename: 'annulation.ics',
    method: 'CANCEL' as const,
    content: sessionCalendar({ ...common, session: one, isCancelled: true }),
  });
  if (from === 'enrolled' && event === 'cancel_session') return [cancelled(session)];
  if (from === 'enrolled' && (event === 'withdraw_approval' || event === 'withdraw')) {
    return [
      cancelled({ ...session, calendarSequence: sequenceOfLeaving(row.calendar_sequence, departures) }),
    ];
  }
  if (to !== 'enrolled') return [];
  const sameSession = former?.sessionId === session.id;
  const dates = {
    filename: 'seances.ics',
    method: 'PUBLISH' as const,
    content: sessionCalendar({ ...common, session, formerSlots: sameSession ? former.slots : [] }),
  };
  if (!former || sameSession) return [dates];
  const calendarSequence = sequenceOfLeaving(former.calendarSequence, departures);
  return [dates, cancelled({ id: former.sessionId, calendarSequence, slots: [...former.slots] })];
}
