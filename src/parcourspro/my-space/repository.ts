import type { Knex } from 'knex';
import type { CalendarSlot } from '../catalogue/calendar.ts';
import { COUNTED_STATES, LIVE_STATES, SEAT_STATES, type State } from '../enrolment/states.ts';

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
  /** Where and when, with the connection links: for those who are enrolled and to come only. */
  slots: CalendarSlot[] | null;
}

/** Rights used in one civil year. */
export interface UsedRights {
  year: number;
  actions: number;
  formations: number;
}

export interface MySpace {
  /** All to come, next sessions first, then one page of the past ones, latest first. */
  enrolments: MyEnrolment[];
  pastTotal: number;
  used: UsedRights[];
  maxActions: number;
  maxFormations: number;
}

/** The slots of the session of `m`, connection links included. */
const SLOTS_JSON = `(
  select json_agg(json_build_object('startsAt', sl.starts_at, 'endsAt', sl.ends_at, 'modality', sl.modality,
           'place', sl.place, 'address', sl.address, 'postcode', sl.postcode, 'city', sl.city, 'link', sl.link)
         order by sl.starts_at)
    from slots sl where sl.session_id = m.session_id)`;

/** What the person asked for, with the yearly rights used: one statement. */
export async function findMySpace(
  db: Knex,
  userId: number,
  now: Date,
  past: { offset: number; limit: number },
): Promise<MySpace> {
  const { rows } = await db.raw(
    `with mine as (
       select e.id, e.state, e.session_id, e.action_id, e.structure_id, e.requested_at, s.starts_at, s.ends_at,
              e.withdrawn_late, e.confirmation_asked_at, e.confirmed_at,
              e.state = any(cast(:live as text[])) and s.ends_at >= :now as is_coming,
              k.label, k.reserved and k.counts_in_yearly_total as counted, k.counts_as_formation
         from enrolments e
         join sessions s on s.id = e.session_id
         join actions a on a.id = e.action_id
         join action_kinds k on k.id = a.kind_id
        where e.user_id = :userId
     ), shown as (
       (select * from mine where is_coming)
       union all
       (select * from mine where not is_coming order by starts_at desc, id desc offset :offset limit :limit)
     ), detailed as (
       select m.id, m.state, a.title as "actionTitle", a.slug, m.label as "kindLabel", a.modality,
              a.duration_days as "durationDays", st.name as "structureName", m.starts_at as "startsAt",
              m.ends_at as "endsAt", m.requested_at as "requestedAt", m.is_coming as "isComing",
              case when m.state = 'waitlisted' then (
                select count(*) from enrolments o
                 where o.session_id = m.session_id and o.state = 'waitlisted'
                   and (o.requested_at, o.id) <= (m.requested_at, m.id)) end as rank,
              last.reason, coalesce(last.from_state <> 'requested', false) as "approvalWithdrawn",
              m.withdrawn_late as "withdrawnLate", m.confirmed_at as "confirmedAt",
              m.is_coming and m.state in ('preregistered', 'enrolled') and m.starts_at > :now
                and m.confirmation_asked_at is not null and m.confirmed_at is null as "mustConfirm",
              case when m.state = 'waitlisted' and m.counts_as_formation then (
                select nullif(count(*), 0) from enrolments o
                 where o.action_id = m.action_id and o.structure_id = m.structure_id
                   and o.state = any(cast(:seats as text[]))
                having count(*) >= (select structure_seats_per_formation from enrolment_settings)
              ) end as "structureSeats",
              case when m.state in ('attended', 'absent') then presence.minutes end as "minutesPresent",
              case when m.state in ('attended', 'absent') then (
                select case when max(sl.ends_at - sl.starts_at) <= interval '1 day'
                            then sum(extract(epoch from sl.ends_at - sl.starts_at) / 60)::int end
                  from slots sl where sl.session_id = m.session_id) end as "minutesTotal",
              case when m.is_coming and m.state = 'enrolled' then ${SLOTS_JSON} end as slots
         from shown m
         join actions a on a.id = m.action_id
         join structures st on st.id = m.structure_id
         left join lateral (
           select h.reason, h.from_state from enrolment_history h
            where h.enrolment_id = m.id order by h.id desc limit 1) last on true
         left join lateral (
           select sum(case t.presence when 'present' then extract(epoch from sl.ends_at - sl.starts_at) / 60
                                      when 'partial' then t.minutes else 0 end)::int as minutes
             from attendance t join slots sl on sl.id = t.slot_id where t.enrolment_id = m.id) presence on true
     )
     select coalesce((select json_agg(detailed order by "isComing" desc,
                                      case when "isComing" then "startsAt" end, "startsAt" desc, id desc)
                        from detailed), '[]') as enrolments,
            (select count(*) from mine where not is_coming) as "pastTotal",
            coalesce((select json_agg(used) from (
              select extract(year from starts_at at time zone 'Europe/Paris')::int as year,
                     count(*) as actions, count(*) filter (where counts_as_formation) as formations
                from mine where counted and state = any(cast(:counted as text[])) group by 1) used), '[]') as used,
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations"
       from enrolment_settings settings`,
    { userId, now, live: [...LIVE_STATES], seats: [...SEAT_STATES], counted: [...COUNTED_STATES], ...past },
  );
  const [row] = rows as [MySpace];
  for (const one of row.enrolments) {
    one.startsAt = new Date(one.startsAt);
    one.endsAt = new Date(one.endsAt);
    one.requestedAt = new Date(one.requestedAt);
    one.confirmedAt = one.confirmedAt && new Date(one.confirmedAt);
  }
  return row;
}

/** What the person's own calendar file is made of; undefined unless they are enrolled. */
export async function findMySession(
  db: Knex,
  userId: number,
  enrolmentId: number,
): Promise<
  | { sessionId: number; calendarSequence: number; title: string; slug: string; slots: CalendarSlot[] }
  | undefined
> {
  const { rows } = await db.raw(
    `select m.session_id as "sessionId", s.calendar_sequence as "calendarSequence", a.title, a.slug, ${SLOTS_JSON} as slots
       from enrolments m
       join sessions s on s.id = m.session_id
       join actions a on a.id = m.action_id
      where m.id = ? and m.user_id = ? and m.state in ('enrolled', 'attended')`,
    [enrolmentId, userId],
  );
  return rows[0];
}
