import type { Knex } from 'knex';
import { TAB_COUNTS, type TabCounts } from '#catalogue/my-space-tabs.ts';
import type { CalendarSlot } from '#enrolment/calendar.ts';
import { shareReached } from '#enrolment/share.ts';
import { calendarSlots } from '#enrolment/slots.ts';
import type { State } from '#enrolment/states.ts';
import { badgesSql } from '#follow-up/badges/asking/service.ts';
import { canAnswerSql } from '#follow-up/surveys/answering/service.ts';
import { query } from '#platform/database/query.ts';
import type { UsedRights } from './rights.ts';

/** A request of the person, as « Mon espace personnel » lists it. */
export interface MyEnrolment {
  id: number;
  state: State;
  rank: number | null;
  actionTitle: string;
  slug: string;
  kindLabel: string;
  modality: string;
  durationDays: number;
  structureName: string;
  startsAt: Date;
  endsAt: Date;
  requestedAt: Date;
  reason: string | null;
  isComing: boolean;
  /** The refusal took an approval back. */
  approvalWithdrawn: boolean;
  withdrawnLate: boolean;
  /** Why the person waits: seats that their structure holds in this formation, when that is its share. */
  structureSeats: number | null;
  /** The session was moved or restored: « Je confirme ma présence » is asked for. */
  mustConfirm: boolean;
  confirmedAt: Date | null;
  /** Recorded presence, in minutes; null where nothing is recorded. */
  minutesPresent: number | null;
  /** The whole session, in minutes; null for a self-paced run of several weeks. */
  minutesTotal: number | null;
  /** The satisfaction questionnaire waits for their answer. */
  canAnswer: boolean;
  /** An open badge may be asked for; one waits for a decision; one was given. */
  badges: { canAsk: boolean; waits: boolean; given: boolean };
  /** Where and when, with the connection links: for those who are enrolled and to come only. */
  slots: CalendarSlot[] | null;
}

/** The slots of the session of `m`, with their connection links for whoever holds a seat that is confirmed. */
export const SLOTS = calendarSlots(
  'm.session_id',
  `case when m.state in ('enrolled', 'attended') then sl.link else '' end`,
);

// Sessions are looked up one by one: the server would otherwise read all of them through for somebody with many rows.
export const EACH_SESSION = `cross join lateral (
  select s.starts_at, s.ends_at from sessions s where s.id = e.session_id offset 0) s`;

/** The requests of a person, before anything is known of their actions. */
export const MINE = `
  select e.*, s.starts_at, s.ends_at, is_live(e.state) and s.ends_at >= :now as is_coming
    from enrolments e ${EACH_SESSION}
   where e.user_id = :userId`;

/** {@link MyEnrolment} of the rows `m` of {@link MINE}, as columns. */
export const DETAILS = `
  m.id, m.state, a.title as "actionTitle", a.slug, k.label as "kindLabel", a.modality,
  a.duration_days as "durationDays", st.name as "structureName", m.starts_at as "startsAt",
  m.ends_at as "endsAt", m.requested_at as "requestedAt", m.is_coming as "isComing",
  case when m.state = 'waitlisted' then (
    select count(*) from enrolments o
     where o.session_id = m.session_id and o.state = 'waitlisted'
       and (o.requested_at, o.id) <= (m.requested_at, m.id)) end as rank,
  last.reason, coalesce(last.from_state <> 'requested', false) as "approvalWithdrawn",
  m.withdrawn_late as "withdrawnLate", m.confirmed_at as "confirmedAt",
  m.is_coming and is_expected(m.state) and m.starts_at > :now
    and m.confirmation_asked_at is not null and m.confirmed_at is null as "mustConfirm",
  case when m.state = 'waitlisted' then nullif(${shareReached('m')}, 0) end as "structureSeats",
  case when m.state in ('attended', 'absent') then presence.minutes end as "minutesPresent",
  case when m.state in ('attended', 'absent') then (
    select case when max(sl.ends_at - sl.starts_at) <= interval '1 day'
                then sum(extract(epoch from sl.ends_at - sl.starts_at) / 60)::int end
      from slots sl where sl.session_id = m.session_id) end as "minutesTotal",
  ${canAnswerSql('m.id', 'm.state')} as "canAnswer",
  ${badgesSql('m')} as badges`;

/** What {@link DETAILS} reads from, after `m`. */
export const DETAILED_FROM = `
  join actions a on a.id = m.action_id
  join action_kinds k on k.id = a.kind_id
  join structures st on st.id = m.structure_id
  left join lateral (
    select h.reason, h.from_state from enrolment_history h
     where h.enrolment_id = m.id order by h.id desc limit 1) last on true
  left join lateral (
    select sum(case t.presence when 'present' then extract(epoch from sl.ends_at - sl.starts_at) / 60
                               when 'partial' then t.minutes else 0 end)::int as minutes
      from attendance t join slots sl on sl.id = t.slot_id where t.enrolment_id = m.id) presence on true`;

/** One part of the requests of a tab. */
export interface MyRequests {
  enrolments: MyEnrolment[];
  counts: TabCounts;
}

/** « Mes actions en cours et à venir » also tells of the rights. */
export interface MyComing extends MyRequests {
  used: UsedRights[];
  maxActions: number;
  maxFormations: number;
}

const listed = (which: string, order: string) => `
  with mine as (${MINE}),
  shown as (select * from mine where ${which} order by ${order} offset :offset limit :limit),
  detailed as (
    select ${DETAILS}, case when m.is_coming and m.state = 'enrolled' then ${SLOTS} end as slots
      from shown m ${DETAILED_FROM})`;

const USED = `
  select paris_year(s.starts_at) as year,
         count(*)::int as actions, count(*) filter (where k.formation)::int as formations,
         count(*) filter (where e.state in ('requested', 'waitlisted'))::int as "waitingActions",
         count(*) filter (where k.formation and e.state in ('requested', 'waitlisted'))::int as "waitingFormations"
    from enrolments e ${EACH_SESSION}
   cross join lateral (
     select k.counts_as_formation as formation, counts_in_year(k) as is_counted
       from actions a join action_kinds k on k.id = a.kind_id where a.id = e.action_id offset 0) k
   where e.user_id = :userId and uses_right(e.state) and s.starts_at >= :since and k.is_counted
   group by 1`;

/**
 * One page of what is in progress or to come, next sessions first, with the rights used: one statement.
 * @param since the start of the first year whose rights are wanted
 */
export async function findComing(
  db: Knex,
  userId: number,
  now: Date,
  page: { offset: number; limit: number; since: Date },
): Promise<MyComing> {
  const rows = await query<[MyComing]>(
    db,
    `${listed('is_coming', 'starts_at, id')}
     select coalesce((select json_agg(detailed order by "startsAt", id) from detailed), '[]') as enrolments,
            ${TAB_COUNTS} as counts,
            coalesce((select json_agg(used) from (${USED}) used), '[]') as used,
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations"
       from enrolment_settings settings where settings.id = 1`,
    { userId, now, ...page },
  );
  return withDates(rows[0]);
}

/** One page of what is over, refused or cancelled, latest session first: one statement. */
export async function findPast(
  db: Knex,
  userId: number,
  now: Date,
  page: { offset: number; limit: number },
): Promise<MyRequests> {
  const rows = await query<[MyRequests]>(
    db,
    `${listed('not is_coming', 'starts_at desc, id desc')}
     select coalesce((select json_agg(detailed order by "startsAt" desc, id desc) from detailed), '[]') as enrolments,
            ${TAB_COUNTS} as counts`,
    { userId, now, ...page },
  );
  return withDates(rows[0]);
}

function withDates<T extends MyRequests>(found: T): T {
  for (const one of found.enrolments) {
    one.startsAt = new Date(one.startsAt);
    one.endsAt = new Date(one.endsAt);
    one.requestedAt = new Date(one.requestedAt);
    one.confirmedAt = one.confirmedAt && new Date(one.confirmedAt);
  }
  return found;
}

/** A structure of the person, as « Mes informations » shows it beside what the actor tells. */
export interface MyStructure {
  id: number;
  siret: string;
  city: string;
  since: Date;
  /** Years of membership, from this one on. */
  memberIn: number[];
  isRequested: boolean;
}

/** What « Mes informations » needs besides the actor: one statement. */
export interface MyInformation {
  civility: string;
  jobTitle: string | null;
  structures: MyStructure[];
  /** When the address of the personal calendar was made; null without one. */
  feedSince: Date | null;
  counts: TabCounts;
}

export async function findInformation(
  db: Knex,
  userId: number,
  now: Date,
  year: number,
): Promise<MyInformation | undefined> {
  const rows = await query<MyInformation[]>(
    db,
    `select u.civility, u.job_title as "jobTitle",
            (select f.created_at from calendar_feeds f where f.user_id = u.id) as "feedSince",
            coalesce((
              select json_agg(json_build_object('id', s.id, 'siret', s.siret, 'city', s.city, 'since', af.since,
                       'memberIn', array(select m.year from memberships m
                                          where m.structure_id = s.id and m.year >= :year order by m.year),
                       'isRequested', exists (select from membership_requests q
                                               where q.structure_id = s.id and q.year = :year and q.state = 'pending'))
                     order by s.name, s.id)
                from affiliations af join structures s on s.id = af.structure_id
               where af.user_id = u.id), '[]') as structures,
            ${TAB_COUNTS} as counts
       from users u where u.id = :userId`,
    { userId, now, year },
  );
  return rows[0];
}
