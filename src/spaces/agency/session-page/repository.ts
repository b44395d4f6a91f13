import type { Knex } from 'knex';
import { EDITED_SLOTS } from '#enrolment/slots.ts';
import type { State } from '#enrolment/states.ts';
import { query, whenRun } from '#platform/database/query.ts';

/** A session with everything that its page says beside the people. */
export interface AgencySession {
  id: number;
  actionId: number;
  actionTitle: string;
  /** Of the action's page; null while the public does not see it. */
  slug: string | null;
  modality: string;
  providerName: string;
  version: number;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
  cancellationReason: string | null;
  capacity: number;
  waitingCapacity: number;
  opensAt: Date;
  closesAt: Date;
  seatsHeld: number;
  waiting: number;
  /** Requests ever made for it. */
  enrolments: number;
  counts: Record<PeopleList, number>;
  /** Seats whose holder has been asked to confirm, and has not yet. */
  unconfirmed: number;
  slots: {
    startsAt: string;
    endsAt: string;
    isRemote: boolean;
    place: string;
    address: string;
    postcode: string;
    city: string;
    link: string;
  }[];
}

/** The lists of a session, in the order in which somebody goes through them. */
export const peopleLists = {
  demandes: ['requested'],
  'a-examiner': ['preregistered'],
  inscrits: ['enrolled', 'attended', 'absent'],
  attente: ['waitlisted'],
  closes: ['refused_by_hr', 'refused_by_provider', 'withdrawn', 'session_cancelled', 'expired'],
} as const satisfies Record<string, State[]>;
export type PeopleList = keyof typeof peopleLists;

const counts = Object.entries(peopleLists)
  .map(
    ([list, states]) =>
      `'${list}', count(*) filter (where e.state in (${states.map((state) => `'${state}'`).join(', ')}))`,
  )
  .join(', ');

/** A session in one statement; undefined when there is none of this number. */
export async function findSession(db: Knex, id: number, now: Date): Promise<AgencySession | undefined> {
  const rows = await query<AgencySession[]>(
    db,
    `select s.id, a.id as "actionId", a.title as "actionTitle", a.modality, p.name as "providerName",
            case when is_public(a, :now) then a.slug end as slug,
            s.lock_version as version, s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.cancelled_at as "cancelledAt", s.cancellation_reason as "cancellationReason", s.capacity,
            s.waiting_capacity as "waitingCapacity", s.registration_opens_at as "opensAt",
            s.registration_closes_at as "closesAt", s.seats_held as "seatsHeld", s.waitlisted as waiting,
            people.enrolments, people.counts, people.unconfirmed,
            ${EDITED_SLOTS} as slots
       from sessions s
       join actions a on a.id = s.action_id
       join structures p on p.id = a.provider_id
      cross join lateral (
        select count(*) as enrolments, json_build_object(${counts}) as counts,
               count(*) filter (where is_expected(e.state)
                 and e.confirmation_asked_at is not null and e.confirmed_at is null) as unconfirmed
          from enrolments e where e.session_id = s.id) people
      where s.id = :id`,
    { id, now },
  );
  return rows[0];
}

/** Somebody in a session, as the agency sees them. */
export interface SessionPerson {
  id: number;
  userId: number;
  name: string;
  email: string;
  structureName: string;
  city: string;
  state: State;
  requestedAt: Date;
  reason: string | null;
  withdrawnLate: boolean;
  approvalWithdrawn: boolean;
  confirmationAskedAt: Date | null;
  confirmedAt: Date | null;
}

/** A page of one list of a session, in the order of the requests: that of the queue. */
export async function findPeople(
  db: Knex,
  sessionId: number,
  list: PeopleList,
  page: { offset: number; limit: number },
): Promise<SessionPerson[]> {
  return query<SessionPerson[]>(
    db,
    `select e.id, u.id as "userId", full_name(u) as name, cast(u.email as text) as email,
            st.name as "structureName", st.city, e.state, e.requested_at as "requestedAt", last.reason,
            e.withdrawn_late as "withdrawnLate",
            e.state = 'refused_by_hr' and last.from_state <> 'requested' as "approvalWithdrawn",
            e.confirmation_asked_at as "confirmationAskedAt", e.confirmed_at as "confirmedAt"
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       left join lateral (
         select h.reason, h.from_state from enrolment_history h
          where h.enrolment_id = e.id order by h.id desc limit 1) last on true
      where e.session_id = :sessionId and e.state = any(cast(${whenRun('cast(:states as text[])')} as text[]))
      order by e.requested_at, e.id
      offset :offset limit :limit`,
    { sessionId, states: [...peopleLists[list]], ...page },
  );
}
