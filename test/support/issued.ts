import type { Knex } from 'knex';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { createAction, createSession, setDates, slotsOf } from './catalogue.ts';
import { HOUR, type TestDatabase } from './database.ts';
import { noteMark } from './follow-up.ts';
import { createStructure, createUsers, type TestUser } from './people.ts';

/** What a training body says of itself in these tests. */
const PROFILE = {
  activity_number: '75330000033',
  activity_region: 'Nouvelle-Aquitaine',
  representative: 'Dominique Exemple',
  representative_quality: 'Directrice',
  city: 'Bordeaux',
  phone: null as string | null,
};

/** Fills in, or changes, the profile of a training body. */
export async function setProfile(
  db: Knex,
  structureId: number,
  fields: Partial<Record<keyof typeof PROFILE, string | null>> = {},
): Promise<void> {
  const row = { ...PROFILE, ...fields };
  await db('training_body_profiles')
    .insert({ structure_id: structureId, updated_at: new Date(0), ...row })
    .onConflict('structure_id')
    .merge();
}

/** A session that was followed. */
export interface Followed {
  actionId: number;
  sessionId: number;
  providerId: number;
  provider: TestUser;
  employerId: number;
  people: TestUser[];
  enrolments: number[];
  slots: number[];
}

/**
 * A session of two half-days of 3 h 30, yesterday, of which every person was there throughout; its sheet is not validated
 * yet. The training body has a profile.
 */
export async function createFollowed(
  { dependencies: { db }, clock }: TestDatabase,
  { people: count = 1, kind = 'formation', names = [] as Parameters<typeof createUsers>[1] } = {},
): Promise<Followed> {
  const providerId = await createStructure(db, { isTrainingBody: true });
  await setProfile(db, providerId);
  const employerId = await createStructure(db, { memberIn: [clock.now().getUTCFullYear()] });
  const [provider, ...people] = (await createUsers(db, [
    { affiliations: { [providerId]: ['provider'] } },
    ...Array.from({ length: count }, (_, index) => ({ affiliations: { [employerId]: [] }, ...names[index] })),
  ])) as [TestUser, ...TestUser[]];
  const { id: actionId } = await createAction(db, { providerId, kind });
  const morning = new Date(Math.floor(clock.now().getTime() / (24 * HOUR)) * 24 * HOUR - 17 * HOUR);
  const at = (hours: number) => new Date(morning.getTime() + hours * HOUR);
  const sessionId = await createSession(db, { actionId, now: at(-48), startsAt: at(0), closesInDays: 0 });
  await setDates(db, sessionId, [
    { starts_at: at(0), ends_at: at(3.5) },
    { starts_at: at(4.5), ends_at: at(8) },
  ]);
  const slots = (await slotsOf(db, sessionId)).map(({ id }) => id);
  const asked = people.map(({ id: user_id }) => ({
    user_id,
    structure_id: employerId,
    action_id: actionId,
    session_id: sessionId,
    state: 'attended',
    motivation: 'Progresser',
    requested_at: new Date(0),
  }));
  const enrolments = (await db('enrolments').insert(asked, 'id')).map(({ id }) => id);
  const recorded = { recorded_at: at(9), recorded_by: provider.id };
  await db('attendance_slots').insert(slots.map((slot_id) => ({ slot_id, ...recorded })));
  await db('attendance').insert(
    enrolments.flatMap((enrolment_id) =>
      slots.map((slot_id) => ({ enrolment_id, slot_id, presence: 'present', changed_at: at(9) })),
    ),
  );
  return { actionId, sessionId, providerId, provider, employerId, people, enrolments, slots };
}

/** Notes the same presence of somebody in these half-days, over what was noted; their state follows. */
export async function mark(
  db: Knex,
  by: TestUser,
  enrolment: number,
  slots: readonly number[],
  presence: 'present' | 'absent' | number,
  at: Date,
): Promise<void> {
  for (const slot of slots) {
    await db('attendance').where({ enrolment_id: enrolment, slot_id: slot }).delete();
    const minutes = typeof presence === 'number' ? presence : null;
    const row = { enrolment_id: enrolment, slot_id: slot, minutes };
    await noteMark(
      db,
      { ...row, presence: minutes === null ? (presence as 'present') : 'partial' },
      by.id,
      at,
    );
  }
  const came = await db('attendance')
    .where({ enrolment_id: enrolment })
    .whereIn('presence', ['present', 'partial']);
  await db('enrolments')
    .where({ id: enrolment })
    .update({ state: came.length > 0 ? 'attended' : 'absent' });
}

/** Validates the sheet, without a rule, and lets the documents follow. */
export async function close(
  { dependencies, clock }: TestDatabase,
  { sessionId, provider }: Followed,
): Promise<void> {
  await dependencies
    .db('attendance_sheets')
    .insert({ session_id: sessionId, closed_at: clock.now(), closed_by: provider.id })
    .onConflict('session_id')
    .merge();
  await followSession(dependencies, sessionId);
}

/** An issued document as the database has it. */
export interface IssuedRow {
  id: number;
  kind: string;
  number: string;
  serial: number;
  session_id: number;
  enrolment_id: number | null;
  structure_id: number | null;
  version: number;
  replaces_id: number | null;
  sha256: Buffer;
  bytes: number;
  pages: number;
  code: string;
  erase_after: string;
}

/** The documents of a kind, of a session, of somebody…, oldest first. */
export const issuedIn = (db: Knex, of: Partial<IssuedRow> = {}): PromiseLike<IssuedRow[]> =>
  db('issued_documents').where(of).orderBy('id');

/** What became of a document, oldest first. */
export const eventsOf = (
  db: Knex,
  documentId: number,
): PromiseLike<{ kind: string; by: number | null; reason: string | null }[]> =>
  db('document_events').where({ document_id: documentId }).orderBy('id').select('kind', 'by', 'reason');

/** The bytes of a document; undefined once they are erased. */
export async function bytesOf(db: Knex, documentId: number): Promise<Buffer | undefined> {
  const row = await db('issued_document_contents').where({ document_id: documentId }).first('content');
  return row?.content;
}

/** What could not be issued. */
export const refusalsIn = (db: Knex, sessionId: number): PromiseLike<{ kind: string; reason: string }[]> =>
  db('document_refusals').where({ session_id: sessionId }).orderBy('kind').select('kind', 'reason');

/** Issues a convention of one byte with a structure, without a rule. @returns its id */
export async function createConvention(db: Knex, sessionId: number, structureId: number): Promise<number> {
  const [row] = await db('issued_documents').insert(
    {
      kind: 'convention',
      number: '2026-CONV-900001',
      year: 2026,
      serial: 900_001,
      session_id: sessionId,
      structure_id: structureId,
      template_id: db('document_templates').where({ kind: 'convention' }).min('id'),
      version: 1,
      sha256: Buffer.alloc(32),
      bytes: 1,
      pages: 1,
      code: 'CCCCDDDDEEEE',
      issued_at: new Date(0),
      erase_after: '2033-01-01',
    },
    'id',
  );
  await db('issued_document_contents').insert({ document_id: row.id, facts: {}, content: Buffer.alloc(1) });
  return row.id;
}

/** Issues a certificate of one byte about somebody, without a rule. @returns how its addresses name it */
export async function createIssued(
  db: Knex,
  sessionId: number,
  enrolmentId: number,
  { serial = 900_001, at = new Date(0), code = 'AAAABBBBCCCC' } = {},
): Promise<{ issuedId: number; number: string; code: string }> {
  const number = `2026-CERT-${serial}`;
  const [row] = await db('issued_documents').insert(
    {
      kind: 'certificate',
      number,
      year: 2026,
      serial,
      session_id: sessionId,
      enrolment_id: enrolmentId,
      template_id: db('document_templates').where({ kind: 'certificate' }).min('id'),
      version: 1,
      sha256: Buffer.alloc(32),
      bytes: 1,
      pages: 1,
      code,
      issued_at: at,
      erase_after: '2033-01-01',
    },
    'id',
  );
  const facts = {
    person: 'Mme Ancienne Personne',
    employer: 'Structure',
    body: { name: 'Organisme', siret: '00000000000000', address: '' },
    action: { title: 'Action', durationDays: 1 },
    session: { startsAt: at.toISOString(), endsAt: at.toISOString(), halfDays: [] },
    legal: { nature: 'training' },
    minutesAttended: 60,
    presences: [],
  };
  await db('issued_document_contents').insert({ document_id: row.id, facts, content: Buffer.alloc(1) });
  return { issuedId: row.id, number, code };
}
