import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { parisDay, parisYear } from '#platform/french/time.ts';
import type { EnrolmentFacts } from './rules.ts';

/** About whom and what facts are wanted. Without a person or structure, theirs are those of somebody new. */
export interface FactsQuery {
  actionId: number;
  /** One session; all of the action when left out. */
  sessionId?: number;
  userId?: number;
  structureId?: number;
  /** The enrolment in question, where there is one: the queue is then counted up to it. */
  enrolmentId?: number;
  now: Date;
}

interface FactsRow {
  session_id: number;
  capacity: number;
  waiting_capacity: number;
  registration_opens_at: Date;
  registration_closes_at: Date;
  starts_at: Date;
  cancelled_at: Date | null;
  is_published: boolean;
  reserved: boolean;
  counts_as_formation: boolean;
  counts_in_yearly_total: boolean;
  needs_hr_approval: boolean;
  needs_provider_approval: boolean;
  yearly_actions: number;
  yearly_formations: number;
  structure_seats_per_formation: number;
  staggered_until: string | null;
  staggered_live_requests: number | null;
  late_withdrawal_days: number;
  seats_held: number;
  live: number;
  eligible_ahead: number;
  structure_seats: number;
  structure_name: string | null;
  membership_years: number[];
  in_structure: boolean;
  live_for_action: boolean;
  used: { year: number; actions: number; formations: number }[];
  live_reserved: number;
  overlaps: { title: string; startsAt: string; endsAt: string }[];
  confirmation_awaited: boolean;
}

/**
 * Reads, in one statement, what the rules need to know, session by session.
 * Within a decision the rows must be locked first, by a statement of its own (see `locks.ts`).
 */
export async function loadFacts(db: Knex, about: FactsQuery): Promise<Map<number, EnrolmentFacts>> {
  const rows = await query<FactsRow[]>(db, FACTS_SQL, {
    actionId: about.actionId,
    now: about.now,
    sessionId: about.sessionId ?? null,
    userId: about.userId ?? null,
    structureId: about.structureId ?? null,
    enrolmentId: about.enrolmentId ?? null,
  });
  return new Map(rows.map((row) => [row.session_id, toFacts(row, about.now)]));
}

/**
 * Whether the slots `x` and `y` take the same hours from somebody. One longer than a day is a period in which a course
 * is followed at one's own hours: it clashes with nothing.
 */
export const AT_THE_SAME_HOURS = `x.starts_at < y.ends_at and y.starts_at < x.ends_at
  and x.ends_at - x.starts_at <= interval '1 day' and y.ends_at - y.starts_at <= interval '1 day'`;

// A structure at its share blocks its own people only, and somebody who left blocks nobody: neither holds up those
// behind them (rule 2).
const FACTS_SQL = `
  with held_by_structure as (
    select structure_id, count(*) as seats
      from enrolments where action_id = :actionId and holds_seat(state)
     group by structure_id
  ), me as (
    select id, state, requested_at, confirmation_asked_at is not null and confirmed_at is null as awaited
      from enrolments where id = cast(:enrolmentId as int)
  ), mine as (
    select e.state, e.action_id, e.session_id, a.title, s.starts_at, s.ends_at, k.reserved, k.counts_as_formation, counts_in_year(k) as counts_in_year,
           paris_year(s.starts_at) as year
      from enrolments e
      join sessions s on s.id = e.session_id
      join actions a on a.id = e.action_id
      join action_kinds k on k.id = a.kind_id
     where e.user_id = cast(:userId as int)
  )
  select s.id as session_id, s.capacity, s.waiting_capacity, s.registration_opens_at, s.registration_closes_at,
         s.starts_at, s.cancelled_at, is_public(a, :now) as is_published,
         k.reserved, k.counts_as_formation, k.counts_in_yearly_total, k.needs_hr_approval, k.needs_provider_approval,
         st.yearly_actions, st.yearly_formations, st.structure_seats_per_formation, st.staggered_until,
         st.staggered_live_requests, st.late_withdrawal_days,
         counts.seats_held, counts.live, counts.eligible_ahead,
         coalesce((select seats from held_by_structure where structure_id = cast(:structureId as int)), 0) as structure_seats,
         (select name from structures where id = cast(:structureId as int)) as structure_name,
         coalesce((select json_agg(year) from memberships where structure_id = cast(:structureId as int)), '[]')
           as membership_years,
         exists (select from affiliations af join users u on u.id = af.user_id and u.closed_at is null
                  where af.user_id = cast(:userId as int) and af.structure_id = cast(:structureId as int))
           as in_structure,
         exists (select from mine where action_id = :actionId and is_live(state)) as live_for_action,
         coalesce((
           select json_agg(used) from (
             select year, count(*) as actions, count(*) filter (where counts_as_formation) as formations
               from mine where counts_in_year and uses_right(state)
              group by year) used), '[]') as used,
         (select count(*) from mine where reserved and is_live(state)) as live_reserved,
         coalesce((
           select json_agg(json_build_object('title', o.title, 'startsAt', o.starts_at, 'endsAt', o.ends_at)
                           order by o.starts_at)
             from mine o
            where o.session_id <> s.id and o.action_id <> s.action_id and is_live(o.state)
              and o.starts_at < s.ends_at and s.starts_at < o.ends_at
              and exists (select from slots x join slots y on ${AT_THE_SAME_HOURS}
                           where x.session_id = o.session_id and y.session_id = s.id)), '[]') as overlaps,
         coalesce((select awaited from me), false) as confirmation_awaited
    from sessions s
    join actions a on a.id = s.action_id
    join action_kinds k on k.id = a.kind_id
    join enrolment_settings st on st.id = 1
    cross join lateral (
      select count(*) filter (where holds_seat(e.state)) as seats_held,
             count(*) filter (where is_live(e.state)) as live,
             count(*) filter (
               where e.state = 'waitlisted'
                 and coalesce((e.requested_at, e.id)
                              < (select m.requested_at, m.id from me m where m.state = 'waitlisted'), true)
                 and (not k.counts_as_formation or coalesce(h.seats, 0) < st.structure_seats_per_formation)
                 and exists (select from affiliations af join users u on u.id = af.user_id and u.closed_at is null
                              where af.user_id = e.user_id and af.structure_id = e.structure_id)
             ) as eligible_ahead
        from enrolments e
        left join held_by_structure h using (structure_id)
       where e.session_id = s.id
    ) counts
   where s.action_id = :actionId and (cast(:sessionId as int) is null or s.id = cast(:sessionId as int))
   order by s.starts_at, s.id`;

function toFacts(row: FactsRow, now: Date): EnrolmentFacts {
  const sessionYear = parisYear(row.starts_at);
  const used = row.used.find((one) => one.year === sessionYear);
  return {
    now,
    settings: {
      yearlyActions: row.yearly_actions,
      yearlyFormations: row.yearly_formations,
      structureSeatsPerFormation: row.structure_seats_per_formation,
      staggeredUntil: row.staggered_until,
      staggeredLiveRequests: row.staggered_live_requests,
      lateWithdrawalDays: row.late_withdrawal_days,
    },
    kind: {
      reserved: row.reserved,
      countsAsFormation: row.counts_as_formation,
      countsInYearlyTotal: row.counts_in_yearly_total,
      needsHrApproval: row.needs_hr_approval,
      needsProviderApproval: row.needs_provider_approval,
    },
    isPublished: row.is_published,
    session: {
      capacity: row.capacity,
      waitingCapacity: row.waiting_capacity,
      registrationOpensAt: row.registration_opens_at,
      registrationClosesAt: row.registration_closes_at,
      startsAt: row.starts_at,
      isCancelled: row.cancelled_at !== null,
      seatsHeld: row.seats_held,
      live: row.live,
      eligibleAhead: row.eligible_ahead,
    },
    structureSeats: row.structure_seats,
    structureName: row.structure_name ?? '',
    structureIsMember: row.membership_years.includes(parisDay(now).year),
    structureIsMemberInSessionYear: row.membership_years.includes(sessionYear),
    stillInStructure: row.in_structure,
    hasLiveRequestForAction: row.live_for_action,
    used: { actions: used?.actions ?? 0, formations: used?.formations ?? 0 },
    liveReservedRequests: row.live_reserved,
    overlaps: row.overlaps.map(({ title, startsAt, endsAt }) => ({
      title,
      startsAt: new Date(startsAt),
      endsAt: new Date(endsAt),
    })),
    confirmationAwaited: row.confirmation_awaited,
  };
}
