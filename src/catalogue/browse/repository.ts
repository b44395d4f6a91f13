import type { Knex } from 'knex';
import { PUBLIC_SLOTS } from '#enrolment/slots.ts';
import type { State } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import type { SessionSeats } from './availability.ts';

/**
 * The columns of the session `s` with its seats, as arguments of json_build_object. The counts are kept with the
 * session by the trigger of enrolments.
 */
export const SESSION_FIELDS = `
  'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'city', s.city, 'department', s.department,
  'registrationOpensAt', s.registration_opens_at, 'registrationClosesAt', s.registration_closes_at,
  'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity, 'waitingCapacity', s.waiting_capacity,
  'seatsHeld', s.seats_held, 'live', s.live_requests, 'waitlisted', s.waitlisted`;

/** A choice of a list. */
export interface Option {
  id: number;
  code: string;
  label: string;
}

/** The lists that the filters offer. */
export interface FilterLists {
  themes: Option[];
  kinds: (Option & { reserved: boolean })[];
  /** Where sessions are to come. */
  cities: string[];
  departments: string[];
}

/** A dated run of an action, with its seats. */
export interface SessionRow extends SessionSeats {
  id: number;
  city: string | null;
  department: string | null;
  waitlisted: number;
}

/** A half-day of a session. The connection link is not read: it is for those who are enrolled. */
export interface SlotRow {
  startsAt: string;
  endsAt: string;
  modality: 'in_person' | 'remote';
  place: string;
  address: string;
  postcode: string;
  city: string;
}

/** Everything about one action, for its page. */
export interface ActionRow {
  id: number;
  slug: string;
  title: string;
  kind: string;
  reserved: boolean;
  needsHrApproval: boolean;
  needsProviderApproval: boolean;
  theme: string;
  themeSlug: string;
  modality: 'in_person' | 'remote' | 'mixed';
  durationDays: number;
  objectives: string;
  audience: string;
  prerequisites: string;
  programme: string;
  trainer: string;
  provider: string;
  providerId: number;
  /** Sessions that are not over, in the order of time. */
  coming: (SessionRow & { slots: SlotRow[] })[];
  /** The last sessions that are over or cancelled, the latest first. */
  past: SessionRow[];
  /** The person's own live request for this action. */
  liveEnrolment: { state: State; sessionId: number; startsAt: string; endsAt: string } | null;
  isFavourite: boolean;
  /** To download, in the order that the agency chose. */
  documents: { id: number; title: string; bytes: number }[];
  /** The full sessions of which the person wants to be told when a place is free. */
  watchedSessions: number[];
}

/**
 * An action that the public may see, with its sessions and slots, in one statement.
 * @param userId whose live request is told of; null for a visitor
 */
export async function findAction(
  db: Knex,
  slug: string,
  userId: number | null,
  now: Date,
): Promise<ActionRow | undefined> {
  const rows = await query<ActionRow[]>(
    db,
    `select a.id, a.slug, a.title, k.label as kind, k.reserved,
            k.needs_hr_approval as "needsHrApproval", k.needs_provider_approval as "needsProviderApproval",
            t.label as theme, t.slug as "themeSlug", a.modality, a.duration_days as "durationDays",
            a.objectives, a.audience, a.prerequisites, a.programme, a.trainer, p.name as provider, p.id as "providerId",
            (select coalesce(json_agg(json_build_object(${SESSION_FIELDS}, 'slots', ${PUBLIC_SLOTS})
                                      order by s.starts_at, s.id), '[]')
               from sessions s
              where s.action_id = a.id and s.ends_at > :now and s.cancelled_at is null) as coming,
            (select coalesce(json_agg(gone.session), '[]') from (
               select json_build_object(${SESSION_FIELDS}) as session
                 from sessions s
                where s.action_id = a.id and (s.ends_at <= :now or s.cancelled_at is not null)
                order by s.starts_at desc, s.id desc limit 8) gone) as past,
            (select json_build_object('state', e.state, 'sessionId', s.id,
                                      'startsAt', s.starts_at, 'endsAt', s.ends_at)
               from enrolments e join sessions s on s.id = e.session_id
              where e.action_id = a.id and e.user_id = :userId::int
                and is_live(e.state)) as "liveEnrolment",
            (select coalesce(json_agg(json_build_object('id', d.id, 'title', d.title, 'bytes', d.bytes)
                                      order by d.position, d.id), '[]')
               from action_documents d where d.action_id = a.id) as documents,
            exists (select from favourites f where f.user_id = :userId::int and f.action_id = a.id) as "isFavourite",
            array(select w.session_id from seat_watches w join sessions s on s.id = w.session_id
                   where w.user_id = :userId::int and s.action_id = a.id) as "watchedSessions"
       from actions a
       join action_kinds k on k.id = a.kind_id
       join themes t on t.id = a.theme_id
       join structures p on p.id = a.provider_id
      where a.slug = :slug and is_public(a, :now)`,
    { slug, userId, now },
  );
  return rows[0];
}

/** An action of the catalogue, with the last time that something of its page changed. */
export interface PublicAction {
  slug: string;
  changedAt: Date;
}

/** The public actions, those last published first. */
export async function findPublicActions(db: Knex, now: Date, most: number): Promise<PublicAction[]> {
  return query<PublicAction[]>(
    db,
    `select a.slug, greatest(a.published_at, a.changed_at, max(s.added_at), max(s.cancelled_at)) as "changedAt"
       from actions a left join sessions s on s.action_id = a.id
      where is_public(a, :now)
      group by a.id order by a.published_at desc, a.id desc limit :most`,
    { now, most },
  );
}

/** The present address of a public action that once had this one. */
export async function findMovedSlug(db: Knex, formerSlug: string, now: Date): Promise<string | undefined> {
  const rows = await query<{ slug: string }[]>(
    db,
    `select a.slug from action_former_slugs f join actions a on a.id = f.action_id
      where f.slug = :formerSlug and is_public(a, :now)`,
    { formerSlug, now },
  );
  return rows[0]?.slug;
}

/** A session of a public action with its slots, for its calendar file. */
export interface CalendarRow {
  title: string;
  calendarSequence: number;
  /** When its dates last changed; null for one that never did, from before that was noted. */
  changedAt: Date | null;
  slots: SlotRow[];
}

/** A session that takes place, of a public action; undefined when the address names no such session. */
export async function findSessionForCalendar(
  db: Knex,
  slug: string,
  sessionId: number,
  now: Date,
): Promise<CalendarRow | undefined> {
  const rows = await query<CalendarRow[]>(
    db,
    `select a.title, s.calendar_sequence as "calendarSequence", coalesce(s.calendar_changed_at, s.added_at) as "changedAt",
            ${PUBLIC_SLOTS} as slots
       from sessions s join actions a on a.id = s.action_id
      where s.id = :sessionId and a.slug = :slug and s.cancelled_at is null and is_public(a, :now)`,
    { slug, sessionId, now },
  );
  return rows[0];
}

/** What « Conditions d’accès » tells. */
export interface AccessRules {
  yearlyActions: number;
  yearlyFormations: number;
  structureSeats: number;
  staggeredUntil: string | null;
  staggeredLiveRequests: number | null;
  lateWithdrawalDays: number;
  reservedKinds: string[];
  openKinds: string[];
}

/** The agency's settings and kinds, in one statement. */
export async function readAccessRules(db: Knex): Promise<AccessRules> {
  const kinds = (reserved: boolean) =>
    `(select coalesce(json_agg(label order by position, id), '[]') from action_kinds where reserved = ${reserved})`;
  const rows = await query<[AccessRules]>(
    db,
    `select yearly_actions as "yearlyActions", yearly_formations as "yearlyFormations",
            structure_seats_per_formation as "structureSeats", staggered_until as "staggeredUntil",
            staggered_live_requests as "staggeredLiveRequests", late_withdrawal_days as "lateWithdrawalDays",
            ${kinds(true)} as "reservedKinds", ${kinds(false)} as "openKinds"
       from enrolment_settings where id = 1`,
  );
  return rows[0];
}
