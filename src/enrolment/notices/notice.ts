import type { Knex } from 'knex';
import { holds, type KnownRecipient, MANAGES, recipientsWho } from '#access/recipients.ts';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDateTime, formatPeriod, formatSlot, parisDay } from '#platform/french/time.ts';
import { type CalendarSlot, placeOf, sessionCalendar } from '../calendar.ts';
import { departuresOf, sequenceOf, sequenceOfLeaving } from '../calendar-sequence.ts';
import type { Doer } from '../doer.ts';
import type { Overlap } from '../rules.ts';
import { calendarSlots } from '../slots.ts';
import type { Transition } from '../transitions/table.ts';
import type { NoticeFacts } from './words.ts';

/** What has just happened to one enrolment. */
export interface Happened {
  enrolmentId: number;
  transition: Pick<Transition, 'event' | 'from' | 'to'>;
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

/** What the e-mails about one enrolment say, and whom they may go to. */
export interface Notice extends Recipients {
  facts: NoticeFacts;
}

interface Recipients {
  personEmail: string;
  /** Whoever decided, and in whose name. */
  approverIds: number[];
  validators: Validator[];
  /** The people of the training body, and the agency's: never the person themself. */
  providers: KnownRecipient[];
  agency: KnownRecipient[];
}

/** Somebody who may decide on a request today. */
export interface Validator extends KnownRecipient {
  affiliationId: number;
  /** Where they stand in for somebody who is absent. */
  delegationId: number | null;
  /** They are told of new requests once a day. */
  hasDigest: boolean;
}

/**
 * {@link Validator}s of the enrolment `e` of `u`, as JSON: by their right first, else in the place of somebody else than
 * `u`. Binds `:today`.
 */
const VALIDATORS = `
  coalesce((select json_agg(json_build_object('id', p.id, 'email', p.email,
                     'firstName', p.first_name, 'lastName', p.last_name,
                     'affiliationId', af.id, 'delegationId', v.delegation_id,
                     'hasDigest', exists (select from hr_digests g where g.affiliation_id = af.id)) order by p.id)
              from (select distinct on (a.user_id) a.user_id, a.delegation_id from acting_validators a
                     where a.structure_id = e.structure_id and a.user_id <> u.id
                       and a.for_user_id is distinct from u.id
                       and cast(:today as date) between a.from_day and a.until_day
                     order by a.user_id, a.delegation_id nulls first) v
              join users p on p.id = v.user_id
              join affiliations af on af.user_id = p.id and af.structure_id = e.structure_id), '[]')`;

interface NoticeRow extends Recipients {
  personName: string;
  structureName: string;
  actionTitle: string;
  slug: string;
  sessionId: number;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  registrationClosesAt: Date;
  calendarSequence: number;
  departures: number;
  motivation: string;
  slots: CalendarSlot[];
}

/** Reads all that the e-mails about a change need, in one statement, as it stands on the day of the clock. */
export async function readNotice(
  deps: Dependencies,
  trx: Knex.Transaction,
  happened: Happened,
): Promise<Notice> {
  const now = deps.clock.now();
  const rows = await query<NoticeRow[]>(
    trx,
    `select u.email as "personEmail", full_name(u) as "personName",
            st.name as "structureName", a.title as "actionTitle", a.slug, pr.name as "providerName",
            s.id as "sessionId", s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.registration_closes_at as "registrationClosesAt", s.calendar_sequence as "calendarSequence", e.motivation,
            ${departuresOf('e.user_id', 'e.action_id')} as departures,
            ${calendarSlots('s.id')} as slots,
            array(select unnest(array[h.by_user_id, h.for_user_id])
                    from (select * from enrolment_history
                           where enrolment_id = e.id and by_role = 'hr_validator' order by id desc limit 1) h) as "approverIds",
            ${VALIDATORS} as validators,
            ${recipientsWho(`p.id <> u.id and ${holds('provider', 'a.provider_id')}`)} as providers,
            ${recipientsWho(`p.id <> u.id and ${MANAGES}`)} as agency
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join structures pr on pr.id = a.provider_id
      where e.id = :enrolmentId`,
    { enrolmentId: happened.enrolmentId, today: parisDay(now).toString() },
  );
  const row = rows[0] as NoticeRow;
  for (const slot of row.slots) {
    slot.startsAt = new Date(slot.startsAt);
    slot.endsAt = new Date(slot.endsAt);
  }
  return { ...row, facts: factsOf(deps, row, happened, now) };
}

function factsOf(deps: Dependencies, row: NoticeRow, happened: Happened, now: Date): NoticeFacts {
  const { enrolmentId, transition, by, reason, rank, waitingFor, isLate, overlaps, former } = happened;
  const { event, from, to } = transition;
  const { personName, structureName, actionTitle, slug, sessionId, providerName, motivation } = row;
  return {
    ...{ enrolmentId, event, from, to, role: by.role, reason, rank, waitingFor, isLate },
    ...{ personName, structureName, actionTitle, slug, sessionId, providerName, motivation },
    deciders: row.validators.length > 0 ? 'validators' : 'agency',
    decideBefore: formatDateTime(row.registrationClosesAt),
    period: formatPeriod(row.startsAt, row.endsAt, now),
    slots: row.slots.map((slot) => ({
      when: formatSlot(slot.startsAt, slot.endsAt),
      where: placeOf(slot),
      ...(slot.modality === 'remote' && slot.link ? { link: slot.link } : {}),
    })),
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
  { event, from, to }: Happened['transition'],
  former: FormerDates | null,
): NoticeFacts['calendars'] {
  const common = {
    host: new URL(config.publicUrl).hostname,
    title: row.actionTitle,
    url: `${config.publicUrl}/parcourspro/actions/${row.slug}`,
    stamp: clock.now(),
  };
  const { departures, slots } = row;
  const inPlace = sequenceOf(row.calendarSequence, departures);
  const session = { id: row.sessionId, calendarSequence: inPlace, slots };
  const cancelled = (one: typeof session) => ({
    filename: 'annulation.ics',
    method: 'CANCEL' as const,
    content: sessionCalendar({ ...common, session: one, isCancelled: true }),
  });
  if (from === 'enrolled' && event === 'cancel_session') return [cancelled(session)];
  if (from === 'enrolled' && (event === 'withdraw_approval' || event === 'withdraw')) {
    return [cancelled({ ...session, calendarSequence: sequenceOfLeaving(row.calendarSequence, departures) })];
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
