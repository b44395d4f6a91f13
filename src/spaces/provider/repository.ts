import type { Knex } from 'knex';
import { shareReached } from '#enrolment/share.ts';
import type { State } from '#enrolment/states.ts';
import { query, whenRun } from '#platform/database/query.ts';
import { datedSlots, type SessionSlot, SLOTS_OF_SESSION } from './slots.ts';

/** A session of the body's actions, with what is in it. */
interface ProviderSession {
  id: number;
  actionId: number;
  actionTitle: string;
  slug: string;
  kindLabel: string;
  modality: string;
  durationDays: number;
  startsAt: Date;
  endsAt: Date;
  city: string | null;
  cancelledAt: Date | null;
  capacity: number;
  waitingCapacity: number;
  toDecide: number;
  enrolled: number;
  waiting: number;
  refused: number;
  seatsHeld: number;
}

const sessionColumns = `
  s.id, a.id as "actionId", a.title as "actionTitle", a.slug, k.label as "kindLabel", a.modality, a.duration_days as "durationDays",
  s.starts_at as "startsAt", s.ends_at as "endsAt", s.city, s.cancelled_at as "cancelledAt", s.capacity,
  s.waiting_capacity as "waitingCapacity",
  counts."toDecide", counts.enrolled, s.waitlisted as waiting, counts.refused,
  s.seats_held as "seatsHeld"`;

const sessionTables = `
  sessions s
  join actions a on a.id = s.action_id
  join action_kinds k on k.id = a.kind_id
  cross join lateral (
    select count(*) filter (where e.state = 'preregistered') as "toDecide",
           count(*) filter (where is_confirmed(e.state)) as enrolled,
           count(*) filter (where e.state = 'refused_by_provider') as refused
      from enrolments e where e.session_id = s.id) counts`;

/** Whether the training body knew of an enrolment `e` before it ended: its employer had approved. */
const WAS_KNOWN = `exists (select from enrolment_history h
   where h.enrolment_id = e.id and h.to_state in ('waitlisted', 'preregistered', 'enrolled'))`;

/** A session with what its page says beside the lists. */
export interface OneProviderSession extends ProviderSession {
  providerId: number;
  cancellationReason: string | null;
  /** Withdrawn, or without their employer's approval any more. */
  gone: number;
  /** Seats whose holder has been asked to confirm, and has not yet. */
  unconfirmed: number;
  messages: number;
  documents: number;
  slots: SessionSlot[];
}

/** @returns undefined when there is no such session; whose it is, is for the caller to compare */
export async function findProviderSession(
  db: Knex,
  sessionId: number,
): Promise<OneProviderSession | undefined> {
  const rows = await query<OneProviderSession[]>(
    db,
    `select ${sessionColumns}, a.provider_id as "providerId", s.cancellation_reason as "cancellationReason",
            (select count(*) from enrolments e
              where e.session_id = s.id and e.state in ('withdrawn', 'refused_by_hr') and ${WAS_KNOWN}) as gone,
            (select count(*) from enrolments e
              where e.session_id = s.id and is_expected(e.state)
                and e.confirmation_asked_at is not null and e.confirmed_at is null) as unconfirmed,
            (select count(*) from session_messages m where m.session_id = s.id) as messages,
            (select count(*) from session_documents d where d.session_id = s.id) as documents,
            ${SLOTS_OF_SESSION} as slots
       from ${sessionTables} where s.id = ?`,
    [sessionId],
  );
  const [found] = rows;
  return found && { ...found, slots: datedSlots(found.slots) };
}

/** Somebody in a session, as the training body sees them. */
export interface Participant {
  id: number;
  userId: number;
  name: string;
  email: string;
  phone: string | null;
  jobTitle: string | null;
  structureName: string;
  city: string;
  state: State;
  motivation: string;
  requestedAt: Date;
  reason: string | null;
  withdrawnLate: boolean;
  /** An approval taken back by the employer, not a withdrawal by the person. */
  approvalWithdrawn: boolean;
  confirmationAskedAt: Date | null;
  confirmedAt: Date | null;
  /** When they were last reminded to confirm. */
  remindedAt: Date | null;
  /** The training body's answer to the request. */
  answeredAt: Date | null;
  answeredBy: string | null;
  /** What stands between somebody who waits and a seat; null for everybody else. */
  waiting: Waiting | null;
}

/** Why somebody waits. */
export interface Waiting {
  /** Seats that their structure holds in the formation, where that is its share (rule 2). */
  structureSeats: number | null;
  hasLeft: boolean;
}

/** The lists of a session that the training body may see: nobody whose employer has yet to approve. */
export const participantLists = {
  'a-examiner': ['preregistered'],
  inscrits: ['enrolled', 'attended', 'absent'],
  attente: ['waitlisted'],
  refusees: ['refused_by_provider'],
  annulations: ['withdrawn', 'refused_by_hr'],
} as const satisfies Record<string, State[]>;
export type ParticipantList = keyof typeof participantLists;

/** A page of one list of a session, in the order of the requests. */
export async function findParticipants(
  db: Knex,
  sessionId: number,
  list: ParticipantList,
  page: { offset: number; limit: number },
): Promise<Participant[]> {
  return query<Participant[]>(
    db,
    `select e.id, u.id as "userId", full_name(u) as name, u.email,
            coalesce(u.mobile, u.phone) as phone, u.job_title as "jobTitle", st.name as "structureName", st.city,
            e.state, e.motivation, e.requested_at as "requestedAt", last.reason,
            e.withdrawn_late as "withdrawnLate", e.state = 'refused_by_hr' as "approvalWithdrawn",
            e.confirmation_asked_at as "confirmationAskedAt", e.confirmed_at as "confirmedAt",
            (select max(w.sent_at) from confirmation_reminders w
              where w.enrolment_id = e.id and w.asked_at = e.confirmation_asked_at) as "remindedAt",
            answer.at as "answeredAt", answer.name as "answeredBy",
            case when e.state = 'waitlisted' then json_build_object(
              'structureSeats', ${shareReached('e')},
              'hasLeft', not exists (select from affiliations af where af.user_id = e.user_id
                                        and af.structure_id = e.structure_id and u.closed_at is null)) end as waiting
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       left join lateral (
         select h.at, full_name(by) as name
           from enrolment_history h left join users by on by.id = h.by_user_id
          where h.enrolment_id = e.id and h.from_state = 'preregistered'
            and h.to_state in ('enrolled', 'refused_by_provider') order by h.id desc limit 1
       ) answer on true
       left join lateral (
         select h.reason from enrolment_history h where h.enrolment_id = e.id order by h.id desc limit 1
       ) last on true
      where e.session_id = :sessionId and e.state = any(cast(${whenRun('cast(:states as text[])')} as text[])) and (${whenRun('cast(:list as text)')} <> 'annulations' or ${WAS_KNOWN})
      order by e.requested_at, e.id
      offset :offset limit :limit`,
    { sessionId, list, states: [...participantLists[list]], ...page },
  );
}

/** Whose enrolment it is and in which session, when it belongs to this training body. */
export async function findProviderEnrolment(
  db: Knex,
  providerId: number,
  enrolmentId: number,
): Promise<
  { id: number; sessionId: number; personName: string; actionTitle: string; state: State } | undefined
> {
  const { rows } = await db.raw(
    `select e.id, e.session_id as "sessionId", full_name(u) as "personName",
            a.title as "actionTitle", e.state
       from enrolments e
       join actions a on a.id = e.action_id
       join users u on u.id = e.user_id
      where e.id = ? and a.provider_id = ? and e.state <> 'requested'`,
    [enrolmentId, providerId],
  );
  return rows[0];
}

/**
 * People of a session by the numbers of their enrolments, in the order of the requests; whoever is in another session,
 * or whose employer has yet to approve, is left out.
 */
export async function findNamedEnrolments(
  db: Knex,
  sessionId: number,
  ids: readonly number[],
): Promise<{ id: number; personName: string }[]> {
  return db('enrolments as e')
    .join('users as u', 'u.id', 'e.user_id')
    .where('e.session_id', sessionId)
    .whereIn('e.id', [...ids])
    .whereNot('e.state', 'requested')
    .orderBy(['e.requested_at', 'e.id'])
    .select('e.id', { personName: db.raw(`full_name(u)`) });
}
