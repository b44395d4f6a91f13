import type { Knex } from 'knex';
import { roomCode, roomDigits, roomKeys, stepAt } from '#follow-up/signing/room/code.ts';
import { type RoomMethod, readTicket, type Ticket, writeTicket } from '#follow-up/signing/room/ticket.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { hashToken } from '#platform/security/secrets.ts';
import type { TestSite, Visitor } from './app.ts';
import { createAction, createSession, setDates, slotsOf } from './catalogue.ts';
import { HOUR, type TestDatabase } from './database.ts';
import { createEnrolment } from './enrolments.ts';
import { createStructure, createUser, createUsers, type TestUser } from './people.ts';

/** A session of two half-days with people who have a place, and somebody of its training body. */
export interface SigningScene {
  providerId: number;
  provider: TestUser;
  structureId: number;
  actionId: number;
  sessionId: number;
  /** The morning, 09:00 to 12:30 in Paris, and the afternoon, 13:30 to 17:00. */
  slots: [morning: number, afternoon: number];
  people: (TestUser & { enrolmentId: number })[];
}

/** The day of {@link createSigningScene}. */
export const SIGNING_DAY = '2026-11-26';
/** 09:00 of that day in Paris. */
export const MORNING = new Date(`${SIGNING_DAY}T08:00:00Z`);

/** Makes a {@link SigningScene} on {@link SIGNING_DAY}. */
export async function createSigningScene(
  { dependencies: { db } }: Pick<TestDatabase, 'dependencies'>,
  count = 3,
): Promise<SigningScene> {
  const providerId = await createStructure(db, { isTrainingBody: true });
  const structureId = await createStructure(db);
  const provider = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  const options = Array.from({ length: count }, () => ({ affiliations: { [structureId]: [] } }));
  const users = count === 0 ? [] : await createUsers(db, options);
  const { id: actionId } = await createAction(db, {
    providerId,
    title: 'Accompagner une VAE',
    fields: { trainer: 'Une formatrice' },
  });
  const at = (hours: number) => new Date(MORNING.getTime() + hours * HOUR);
  const sessionId = await createSession(db, {
    actionId,
    now: at(-24 * 40),
    startsAt: at(0),
    capacity: Math.max(count, 1),
  });
  await setDates(db, sessionId, [
    { starts_at: at(0), ends_at: at(3.5) },
    { starts_at: at(4.5), ends_at: at(8) },
  ]);
  const slots = (await slotsOf(db, sessionId)).map(({ id }) => id) as SigningScene['slots'];
  const people: SigningScene['people'] = [];
  for (const user of users) {
    const enrolmentId = await createEnrolment(db, {
      sessionId,
      userId: user.id,
      structureId,
      state: 'enrolled',
    });
    people.push({ ...user, enrolmentId });
  }
  return { providerId, provider, structureId, actionId, sessionId, slots, people };
}

/** What the room of a half-day shows now. */
export function roomOf(
  { dependencies: { config, clock } }: Pick<TestDatabase, 'dependencies'>,
  slotId: number,
) {
  const keys = roomKeys(config.secrets);
  const step = stepAt(clock.now());
  return { path: `/e/${roomCode(keys, slotId, step)}`, digits: roomDigits(keys, slotId, step) };
}

/** A ticket of a room, of now. */
export function ticketFor(
  { dependencies: { config, clock } }: Pick<TestDatabase, 'dependencies'>,
  slotId: number,
  method: RoomMethod = 'qr',
): Ticket {
  const now = clock.now();
  return readTicket(config.secrets, writeTicket(config.secrets, slotId, method, now), now) as Ticket;
}

/** Somebody signs in the room, without a page. */
export const signInRoom = (database: Pick<TestDatabase, 'dependencies'>, slotId: number, userId: number) =>
  signPresence(database.dependencies, {
    userId,
    slotId,
    shown: { ticket: ticketFor(database, slotId) },
    strokes: '',
    from: { ip: '192.0.2.1', userAgent: `Essai ${userId}` },
  });

/** A browser of somebody of the training body, who has taken that profile. */
export async function asProvider(site: TestSite, { provider, providerId }: SigningScene): Promise<Visitor> {
  const browser = await site.signedIn(provider.email);
  await browser.submit(
    '/parcourspro/profil',
    { profil: `provider:${providerId}` },
    '/parcourspro/mon-espace',
  );
  return browser;
}

/** A signature as the database has it. */
export interface SignatureRow {
  session_id: number;
  seq: number;
  kind: string;
  starts_at: Date;
  ends_at: Date;
  enrolment_id: number | null;
  user_id: number | null;
  link_id: number | null;
  method: string;
  signed_at: Date;
  hash: Buffer;
  prev: Buffer;
}

/** The signatures of a session, in the order of its chain. */
export const signaturesOf = (db: Knex, sessionId: number): PromiseLike<SignatureRow[]> =>
  db('attendance_signatures').where({ session_id: sessionId }).orderBy('seq');

/** From where they came. */
export const evidenceIn = (
  db: Knex,
  sessionId: number,
): PromiseLike<{ seq: number; ip: string; user_agent: string; reason: string; strokes: string }[]> =>
  db('attendance_signature_evidence').where({ session_id: sessionId }).orderBy('seq');

/** Notes that a half-day was recorded by somebody of the training body, without a mark. */
export const noteMarks = (
  { dependencies: { db, clock } }: Pick<TestDatabase, 'dependencies'>,
  { provider }: SigningScene,
  slotId: number,
): PromiseLike<unknown> =>
  db('attendance_slots').insert({ slot_id: slotId, recorded_at: clock.now(), recorded_by: provider.id });

/** Gives a trainer a link to a half-day, without a rule. @returns its id */
export async function createTrainerLink(
  db: Knex,
  link: { sessionId: number; slotId: number; by: number; token: string; at: Date },
): Promise<number> {
  const [row] = await db('trainer_links').insert(
    {
      session_id: link.sessionId,
      trainer_name: 'Un intervenant',
      token_hash: hashToken(link.token),
      created_at: link.at,
      created_by: link.by,
    },
    'id',
  );
  const slot = await db('slots').where({ id: link.slotId }).first('starts_at', 'ends_at');
  await db('trainer_link_slots').insert({ link_id: row.id, ...slot });
  return row.id;
}
