import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { parisMoment } from '#platform/french/time.ts';

let serial = 0;

/** A formation to look for: what it is not told is as little as can be. */
export interface OfferOptions {
  structureId: number;
  title?: string;
  objective?: string;
  /** « contenu-formation ». */
  content?: string;
  state?: 'draft' | 'published' | 'archived';
  level?: number | null;
  certifying?: boolean;
  formacodes?: string[];
  rncp?: string[];
  confirmedAt?: Date | null;
  actions?: ActionOptions[];
}

export interface ActionOptions {
  city?: string;
  postcode?: string;
  department?: string | null;
  position?: [latitude: number, longitude: number];
  remote?: boolean;
  mode?: number | null;
  entry?: number | null;
  conventioned?: boolean;
  programmeId?: number | null;
  publics?: string[];
  archived?: boolean;
  lheo?: object;
  sessions?: SessionOptions[];
}

export interface SessionOptions {
  /** Days as `YYYY-MM-DD`; null for unknown. */
  starts?: string | null;
  ends?: string | null;
  precision?: 'day' | 'month' | 'year' | 'unknown';
  recruiting?: number;
  capacity?: number | null;
  seatsHeld?: number;
  state?: 'open' | 'cancelled' | 'archived';
  /** Moments of its information meetings. */
  meetings?: { at: Date; cancelled?: boolean; kind?: 'collective' | 'individual' }[];
  lheo?: object;
}

/** Makes a formation with its actions and sessions, past the pages that make one. */
export async function createOffer(db: Knex, at: Date, options: OfferOptions): Promise<number> {
  serial += 1;
  const number = `F${serial}`;
  const { state = 'published', title = `Formation ${serial}` } = options;
  const leaf = (name: string, text: string | undefined) => (text ? [{ name, text }] : []);
  const [offer] = await db('offers').insert(
    {
      structure_id: options.structureId,
      external_number: number,
      source: 'entered',
      state,
      lheo: JSON.stringify({
        name: 'formation',
        attributes: { numero: number },
        children: [
          ...leaf('intitule-formation', title),
          ...leaf('objectif-formation', options.objective),
          ...leaf('contenu-formation', options.content),
        ],
      }),
      fingerprint: createHash('sha256').update(number).digest(),
      title,
      objective: options.objective ?? '',
      exit_level: options.level ?? null,
      certifying: options.certifying ?? false,
      formacodes: options.formacodes ?? [],
      rncp: options.rncp ?? [],
      confirmed_at: options.confirmedAt === undefined ? at : options.confirmedAt,
      created_at: at,
      updated_at: at,
      published_at: state === 'published' ? at : null,
      archived_at: state === 'archived' ? at : null,
    },
    'id',
  );
  for (const [position, action] of (options.actions ?? [{ sessions: [{}] }]).entries())
    await createAction(db, at, { offerId: offer.id, position, structureId: options.structureId }, action);
  return offer.id;
}

async function createAction(
  db: Knex,
  at: Date,
  { offerId, position, structureId }: { offerId: number; position: number; structureId: number },
  options: ActionOptions,
): Promise<void> {
  const { department = '33' } = options;
  const [latitude, longitude] = options.position ?? [null, null];
  const [action] = await db('offer_actions').insert(
    {
      offer_id: offerId,
      external_number: `A${position}`,
      position,
      lheo: JSON.stringify(options.lheo ?? { name: 'action' }),
      publics: options.publics ?? [],
      teaching_mode: options.mode ?? null,
      entry_mode: options.entry ?? null,
      conventioned: options.conventioned ?? false,
      programme_id: options.programmeId ?? null,
      place_city: options.city ?? 'Bordeaux',
      place_postcode: options.postcode ?? '33000',
      department,
      latitude,
      longitude,
      remote: options.remote ?? false,
      archived_at: options.archived ? at : null,
    },
    'id',
  );
  for (const [place, session] of (options.sessions ?? []).entries()) {
    const { starts = '2027-03-01', ends = null, precision = starts ? 'day' : 'unknown' } = session;
    const { state = 'open' } = session;
    const raw = (day: string | null, unknown: string) => day?.replaceAll('-', '') ?? unknown;
    const [row] = await db('offer_sessions').insert(
      {
        action_id: action.id,
        offer_id: offerId,
        structure_id: structureId,
        external_number: `S${place}`,
        position: place,
        lheo: JSON.stringify(session.lheo ?? { name: 'session' }),
        starts_raw: raw(starts, '00000000'),
        ends_raw: raw(ends, '99999999'),
        starts_on: starts,
        ends_on: ends,
        date_precision: precision,
        recruiting: session.recruiting ?? 1,
        capacity: session.capacity ?? null,
        seats_held: session.seatsHeld ?? 0,
        state,
        cancelled_reason: state === 'cancelled' ? 'Effectif insuffisant' : null,
        department,
        conventioned: options.conventioned ?? false,
      },
      'id',
    );
    const meetings = (session.meetings ?? []).map((meeting) => ({
      session_id: row.id,
      kind: meeting.kind ?? 'collective',
      starts_at: meeting.at,
      origin: 'entered',
      cancelled_at: meeting.cancelled ? at : null,
    }));
    if (meetings.length > 0) await db('information_meetings').insert(meetings);
  }
}

/** A moment of a day in Paris. */
export const at = (day: string, time = '14:00'): Date => parisMoment(day, time);

/** Codes of Formacode with their words. */
export async function createFormacodes(
  db: Knex,
  codes: readonly [code: string, label: string, domain: string][],
): Promise<void> {
  await db('formacodes').insert(
    codes.map(([code, label, domain]) => ({ code, version: 'V14', label, domain })),
  );
}
