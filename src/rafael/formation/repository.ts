import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { LheoElement } from '../lheo/tree.ts';
import type { SessionDates, SessionSeats } from '../words.ts';

/** A formation that is published, with its actions and their sessions. */
export interface OfferRow {
  id: number;
  structureId: number;
  body: string;
  title: string;
  lheo: LheoElement;
  certifying: boolean;
  exitLevel: number | null;
  entryLevel: number | null;
  path: number | null;
  confirmedAt: Date | null;
  /** « RNCP 31114 » with its title, where the agency has it. */
  certifications: { kind: string; code: string; label: string | null; expiresOn: string | null }[];
  /** The words of its codes. */
  domains: string[];
  actions: ActionRow[];
}

export interface ActionRow {
  id: number;
  lheo: LheoElement;
  /** Of its codes, with their words where the agency has them. */
  publics: { code: string; label: string | null }[];
  mode: number | null;
  entry: number | null;
  conventioned: boolean;
  programme: string | null;
  needsPrescription: boolean;
  hoursTotal: number | null;
  hoursCentre: number | null;
  hoursCompany: number | null;
  placeName: string;
  postcode: string;
  city: string;
  department: string | null;
  accessible: string;
  sessions: SessionRow[];
}

export interface SessionRow extends Omit<SessionDates, 'isPermanent'>, SessionSeats {
  id: number;
  lheo: LheoElement;
  state: 'open' | 'cancelled';
  /** Why, where it is cancelled. */
  reason: string | null;
  /** The last day of what is known of its start. */
  startsBy: string | null;
  enrolFrom: string | null;
  enrolTo: string | null;
  meetings: MeetingRow[];
}

/** A meeting or an interview that is not cancelled. */
export interface MeetingRow {
  kind: 'collective' | 'individual';
  startsAt: string;
  endsAt: string | null;
  remote: boolean;
  place: string;
  url: string | null;
  places: number | null;
  taken: number;
  comment: string;
}

const MEETINGS = `
  (select coalesce(json_agg(json_build_object(
            'kind', m.kind, 'startsAt', m.starts_at, 'endsAt', m.ends_at, 'remote', m.remote, 'place', m.place,
            'url', m.url, 'places', m.places, 'taken', m.taken, 'comment', m.comment) order by m.starts_at, m.id), '[]')
     from information_meetings m
    where m.session_id = s.id and m.cancelled_at is null and m.starts_at > :now)`;

const SESSIONS = `
  (select coalesce(json_agg(json_build_object(
            'id', s.id, 'lheo', s.lheo, 'state', s.state, 'reason', s.cancelled_reason,
            'startsOn', s.starts_on, 'endsOn', s.ends_on, 'startsBy', last_start(s.starts_on, s.date_precision),
            'precision', s.date_precision, 'enrolFrom', s.enrol_from, 'enrolTo', s.enrol_to,
            'recruiting', s.recruiting, 'capacity', s.capacity, 'seatsHeld', s.seats_held,
            'meetings', ${MEETINGS}) order by s.starts_on, s.position, s.id), '[]')
     from offer_sessions s where s.action_id = a.id and s.state <> 'archived')`;

const ACTIONS = `
  (select coalesce(json_agg(json_build_object(
            'id', a.id, 'lheo', a.lheo, 'mode', a.teaching_mode, 'entry', a.entry_mode,
            'conventioned', a.conventioned, 'programme', p.label,
            'needsPrescription', coalesce(p.needs_prescription, false),
            'hoursTotal', a.hours_total, 'hoursCentre', a.hours_centre, 'hoursCompany', a.hours_company,
            'placeName', a.place_name, 'postcode', a.place_postcode, 'city', a.place_city,
            'department', a.department, 'accessible', a.accessible,
            'publics', (select coalesce(json_agg(json_build_object('code', code, 'label', (
                                  select f.label from formacodes f where f.code = cast(one.code as char(5))
                                   order by f.version desc limit 1)) order by place), '[]')
                          from unnest(a.publics) with ordinality one (code, place)),
            'sessions', ${SESSIONS}) order by a.position, a.id), '[]')
     from offer_actions a left join programmes p on p.id = a.programme_id
    where a.offer_id = o.id and a.archived_at is null)`;

/** One that is published, in one statement; undefined for any other. */
export async function findOffer(db: Knex, id: number, now: Date): Promise<OfferRow | undefined> {
  const rows = await query<OfferRow[]>(
    db,
    `select o.id, o.structure_id as "structureId", b.name as body, o.title, o.lheo, o.certifying,
            o.exit_level as "exitLevel", o.entry_level as "entryLevel", o.path, o.confirmed_at as "confirmedAt",
            (select coalesce(json_agg(json_build_object('kind', one.kind, 'code', one.code, 'label', c.label,
                                                        'expiresOn', c.expires_on)), '[]')
               from (select 'RNCP' as kind, code from unnest(o.rncp) code
                     union all select 'RS', code from unnest(o.rs) code) one
               left join certifications c on c.kind = one.kind and c.code = one.code) as certifications,
            (select coalesce(json_agg(distinct f.label), '[]') from formacodes f
              where f.code = any (cast(o.formacodes as char(5)[]))) as domains,
            ${ACTIONS} as actions
       from offers o join structures b on b.id = o.structure_id
      where o.id = :id and o.state = 'published'`,
    { id, now },
  );
  return rows[0];
}
