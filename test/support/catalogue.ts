import type { Knex } from 'knex';
import { DAY, HOUR } from './database.ts';
import { first } from './rows.ts';

let serial = 0;

/** An action as the database has it, save what its search keeps. */
export interface ActionRow {
  id: number;
  slug: string;
  title: string;
  kind_id: number;
  theme_id: number;
  provider_id: number;
  modality: 'in_person' | 'remote' | 'mixed';
  duration_days: number;
  objectives: string;
  audience: string;
  prerequisites: string;
  programme: string;
  trainer: string;
  reference: string | null;
  published_at: Date | null;
  archived_at: Date | null;
  changed_at: Date | string | null;
  lock_version: number;
}

interface ActionOptions {
  title?: string;
  kind?: string;
  theme?: string;
  providerId: number;
  published?: boolean;
  /** What else it has. */
  fields?: Partial<ActionRow>;
}

/** @returns the action's id and slug */
export async function createAction(db: Knex, options: ActionOptions): Promise<{ id: number; slug: string }> {
  serial += 1;
  const slug = options.fields?.slug ?? `action-${serial}`;
  const [row] = await db('actions').insert(
    {
      slug,
      title: options.title ?? `Action ${serial}`,
      kind_id: db('action_kinds')
        .where({ code: options.kind ?? 'formation' })
        .select('id'),
      theme_id: db('themes')
        .where({ slug: options.theme ?? 'vae' })
        .select('id'),
      provider_id: options.providerId,
      modality: 'in_person',
      duration_days: 1,
      published_at: options.published === false ? null : new Date(0),
      ...options.fields,
    },
    'id',
  );
  return { id: row.id, slug };
}

/** @throws when there is none of this number */
export const actionOf = async (db: Knex, actionId: number): Promise<ActionRow> =>
  first(await db('actions').where({ id: actionId }));

/** All actions, or those of a title, of a reference…; oldest first. */
export const actionsIn = (db: Knex, of: Partial<ActionRow> = {}): PromiseLike<ActionRow[]> =>
  db('actions').where(of).orderBy('id');

/** The action that was made last. @throws when there is none */
export const newestAction = async (db: Knex): Promise<ActionRow> =>
  first(await db('actions').orderBy('id', 'desc').limit(1));

export async function setAction(db: Knex, actionId: number, fields: Partial<ActionRow>): Promise<void> {
  await db('actions').where({ id: actionId }).update(fields);
}

/** A kind of action as the database has it. */
export interface KindRow {
  id: number;
  code: string;
  label: string;
  position: number;
  reserved: boolean;
  counts_as_formation: boolean;
  counts_in_yearly_total: boolean;
  needs_hr_approval: boolean;
  needs_provider_approval: boolean;
  lock_version: number;
}

/** @throws when there is none of this code */
export const kindOf = async (db: Knex, code: string): Promise<KindRow> =>
  first(await db('action_kinds').where({ code }));

/** All kinds, in their order. */
export const kindsIn = (db: Knex): PromiseLike<KindRow[]> => db('action_kinds').orderBy('position');

/** Makes a kind that is like another one save for what is named; its label is its code. */
export async function createKind(
  db: Knex,
  like: string,
  fields: Partial<KindRow> & { code: string },
): Promise<void> {
  const { id: _id, ...kind } = await kindOf(db, like);
  await db('action_kinds').insert({ ...kind, label: fields.code, ...fields });
}

export async function setKind(db: Knex, code: string, fields: Partial<KindRow>): Promise<void> {
  await db('action_kinds').where({ code }).update(fields);
}

/** A theme as the database has it. */
export interface ThemeRow {
  id: number;
  slug: string;
  label: string;
}

/** @throws when there is none of this slug */
export const themeOf = async (db: Knex, slug: string): Promise<ThemeRow> =>
  first(await db('themes').where({ slug }));

/** All themes, in their order. */
export const themesIn = (db: Knex): PromiseLike<ThemeRow[]> => db('themes').orderBy('position');

/** A session as the database has it. */
export interface SessionRow {
  id: number;
  action_id: number;
  capacity: number;
  waiting_capacity: number;
  registration_opens_at: Date;
  registration_closes_at: Date;
  starts_at: Date;
  ends_at: Date;
  city: string | null;
  department: string | null;
  reference: string | null;
  added_at: Date | null;
  cancelled_at: Date | null;
  cancellation_reason: string | null;
  calendar_sequence: number;
  lock_version: number;
}

interface SessionOptions {
  actionId: number;
  now: Date;
  capacity?: number;
  waitingCapacity?: number;
  /** Days from `now`; 30 unless told otherwise. */
  startsInDays?: number;
  /** Instead of so many days from `now`. */
  startsAt?: Date;
  opensInDays?: number;
  closesInDays?: number;
  cancelled?: boolean;
  /** What else it has, or has otherwise. */
  fields?: Partial<SessionRow>;
  /** What its half-day has otherwise. */
  slot?: Partial<SlotRow>;
}

/** Makes a session of one slot (7 hours). @returns its id */
export async function createSession(db: Knex, options: SessionOptions): Promise<number> {
  const start = options.startsAt ?? new Date(options.now.getTime() + (options.startsInDays ?? 30) * DAY);
  const end = new Date(start.getTime() + 7 * HOUR);
  const [row] = await db('sessions').insert(
    {
      action_id: options.actionId,
      capacity: options.capacity ?? 10,
      waiting_capacity: options.waitingCapacity ?? 5,
      registration_opens_at: new Date(options.now.getTime() + (options.opensInDays ?? -30) * DAY),
      registration_closes_at: new Date(
        options.closesInDays === undefined
          ? start.getTime() - DAY
          : options.now.getTime() + options.closesInDays * DAY,
      ),
      starts_at: start,
      ends_at: end,
      city: 'Pessac',
      department: '33',
      cancelled_at: options.cancelled ? options.now : null,
      ...options.fields,
    },
    'id',
  );
  await db('slots').insert({
    session_id: row.id,
    starts_at: start,
    ends_at: end,
    modality: 'in_person',
    place: 'Centre régional',
    address: '102 avenue de l’Essai',
    postcode: '33600',
    city: 'Pessac',
    ...options.slot,
  });
  return row.id;
}

/** @throws when there is none of this number */
export const sessionOf = async (db: Knex, sessionId: number): Promise<SessionRow> =>
  first(await db('sessions').where({ id: sessionId }));

/** The session that was made last. @throws when there is none */
export const newestSession = async (db: Knex): Promise<SessionRow> =>
  first(await db('sessions').orderBy('id', 'desc').limit(1));

/** All sessions, or those of an action, of a reference…; oldest first. */
export const sessionsIn = (db: Knex, of: Partial<SessionRow> = {}): PromiseLike<SessionRow[]> =>
  db('sessions').where(of).orderBy('id');

export async function setSession(db: Knex, sessionId: number, fields: Partial<SessionRow>): Promise<void> {
  await db('sessions').where({ id: sessionId }).update(fields);
}

/** A half-day as the database has it. */
export interface SlotRow {
  id: number;
  session_id: number;
  starts_at: Date;
  ends_at: Date;
  modality: 'in_person' | 'remote';
  place: string;
  address: string;
  postcode: string;
  city: string;
  link: string;
}

/** All half-days, or those of a session, in the order of the days. */
export const slotsIn = (db: Knex, of: Partial<SlotRow> = {}): PromiseLike<SlotRow[]> =>
  db('slots').where(of).orderBy('starts_at');

/** The half-days of a session, in the order of the days. */
export const slotsOf = (db: Knex, sessionId: number): PromiseLike<SlotRow[]> =>
  slotsIn(db, { session_id: sessionId });

/** Changes every half-day of a session. */
export async function setSlots(db: Knex, sessionId: number, fields: Partial<SlotRow>): Promise<void> {
  await db('slots').where({ session_id: sessionId }).update(fields);
}

/** When a half-day is, and what it has otherwise than the first one of its session. */
type Slot = Pick<SlotRow, 'starts_at' | 'ends_at'> & Partial<SlotRow>;

/** Gives a session these half-days instead of its own; it begins with the first of them and ends with the last. */
export async function setDates(db: Knex, sessionId: number, slots: readonly Slot[]): Promise<void> {
  const [first] = await slotsOf(db, sessionId);
  const { id: _id, ...like } = first as SlotRow;
  await db('slots').where({ session_id: sessionId }).delete();
  await db('slots').insert(slots.map((slot) => ({ ...like, ...slot })));
  await setSession(db, sessionId, {
    starts_at: new Date(Math.min(...slots.map(({ starts_at }) => +starts_at))),
    ends_at: new Date(Math.max(...slots.map(({ ends_at }) => +ends_at))),
  });
}

/** Gives a session more half-days; those it has keep their numbers. */
export async function addSlots(db: Knex, sessionId: number, slots: readonly Slot[]): Promise<number[]> {
  const [first] = await slotsOf(db, sessionId);
  const { id: _id, ...like } = first as SlotRow;
  const rows = await db('slots').insert(
    slots.map((slot) => ({ ...like, ...slot })),
    'id',
  );
  return rows.map(({ id }) => id);
}
