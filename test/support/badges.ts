import { crc32, deflateSync } from 'node:zlib';
import type { Knex } from 'knex';
import { badgeRequest } from '#follow-up/badges/asking/request.ts';
import { askForBadge } from '#follow-up/badges/asking/service.ts';
import { issueBadge } from '#follow-up/badges/issuing/service.ts';
import { addModel, getVersion } from '#follow-up/badges/models/service.ts';
import { SIGNATURE } from '#platform/files/png.ts';
import { decide } from '#requests/decide.ts';
import { createAction, createSession } from './catalogue.ts';
import type { TestDatabase } from './database.ts';
import { createEnrolment } from './enrolments.ts';
import { createStructure, createUser } from './people.ts';

/** A PNG of these parts, their checksums right. */
export const joined = (chunks: readonly { type: string; data: Buffer }[]): Buffer =>
  Buffer.concat([
    SIGNATURE,
    ...chunks.flatMap(({ type, data }) => {
      const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      sum.writeUInt32BE(crc32(named));
      return [length, named, sum];
    }),
  ]);

/** A square PNG of one colour, with what else is asked for in it. @param side in dots */
export function square(side = 100, others: { type: string; data: Buffer }[] = [], height = side): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits, red green blue.
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, 0x40)]);
  return joined([
    { type: 'IHDR', data: head },
    ...others,
    { type: 'IDAT', data: deflateSync(Buffer.concat(Array.from({ length: height }, () => line))) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ]);
}

/** Marks the sheet of a session as closed. */
export async function closeSheet(db: Knex, sessionId: number, by: number, at: Date): Promise<void> {
  await db('attendance_sheets')
    .insert({ session_id: sessionId, closed_at: at, closed_by: by })
    .onConflict()
    .ignore();
}

/** Takes the closing of a sheet back. */
export const reopenSheet = (db: Knex, sessionId: number): PromiseLike<unknown> =>
  db('attendance_sheets').where({ session_id: sessionId }).delete();

/** Makes a model that is for no action yet. @returns its number */
export const createModel = (
  { dependencies }: Pick<TestDatabase, 'dependencies'>,
  by: number,
  name = 'Accompagner une VAE',
): Promise<number> =>
  addModel(dependencies, by, {
    name,
    description: 'Accompagner une personne dans sa validation des acquis.',
    criteria: 'Avoir suivi toute la formation.\nAvoir mené un accompagnement.',
    image: square(),
    kindIds: [],
  });

/** Issues a badge to somebody, without their having asked, nor a rule. */
export async function createBadge(
  { dependencies }: TestDatabase,
  { userId, enrolmentId, by }: { userId: number; enrolmentId: number; by: number },
): Promise<{ code: string; modelId: number; kid: string; list: number }> {
  const { db, clock } = dependencies;
  const modelId = await createModel({ dependencies }, by);
  const [request] = await db('badge_requests').insert(
    {
      user_id: userId,
      enrolment_id: enrolmentId,
      model_id: modelId,
      state: 'accepted',
      asked_at: clock.now(),
      decided_at: clock.now(),
    },
    'id',
  );
  const code = await db.transaction(async (trx) =>
    issueBadge({ ...dependencies, db: trx }, trx, {
      requestId: request.id,
      model: await getVersion(trx, modelId),
      email: 'adresse@structure.example',
      certificate: null,
      awardedAt: clock.now(),
      by,
    }),
  );
  const { kid, status_list } = await lastBadge(db, userId);
  return { code, modelId, kid, list: status_list };
}

/** Somebody who attended an action for which a badge is given, and the manager who gives it. */
export interface Holder {
  userId: number;
  email: string;
  structureId: number;
  enrolmentId: number;
  sessionId: number;
  actionId: number;
  modelId: number;
  managerId: number;
}

/** Makes a model for the action of a closed session that somebody has attended. */
export async function createHolder(
  { dependencies, clock }: TestDatabase,
  options: { email?: string; name?: string } = {},
): Promise<Holder> {
  const { db } = dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  const { id: actionId } = await createAction(db, { providerId });
  const sessionId = await createSession(db, { actionId, now: clock.now() });
  const structureId = await createStructure(db);
  const { id: userId, email } = await createUser(db, {
    affiliations: { [structureId]: [] },
    ...(options.email ? { email: options.email } : {}),
  });
  const { id: managerId } = await createUser(db, { isAgencyManager: true });
  const enrolmentId = await createEnrolment(db, { sessionId, userId, structureId, state: 'attended' });
  await closeSheet(db, sessionId, managerId, clock.now());
  const modelId = await createModel({ dependencies }, managerId, options.name);
  await db('badge_model_actions').insert({ model_id: modelId, action_id: actionId });
  return { userId, email, structureId, enrolmentId, sessionId, actionId, modelId, managerId };
}

/** Asks for the badge. @returns the number of the request */
export async function ask(
  { dependencies }: TestDatabase,
  { userId, enrolmentId, modelId }: Holder,
  more: { evidence?: string; showsCertificate?: boolean } = {},
): Promise<number> {
  const asked = { enrolmentId, modelId, evidence: '', showsCertificate: false, ...more };
  await askForBadge(dependencies, userId, asked);
  return (
    await dependencies.db('badge_requests').where({ user_id: userId }).orderBy('id', 'desc').first('id')
  ).id;
}

/** Asks for the badge and gives it. @returns its code */
export async function award(site: TestDatabase, holder: Holder): Promise<string> {
  const requestId = await ask(site, holder);
  await decide(site.dependencies, badgeRequest, 'accept', { requestId, userId: holder.managerId });
  return (await lastBadge(site.dependencies.db, holder.userId)).code;
}

/** A badge as the database has it. */
export interface BadgeRow {
  code: string;
  model_version: number;
  status_list: number;
  status_index: number;
  kid: string;
  awarded_at: Date;
  issued_at: Date;
  replaces_code: string | null;
}

/** Those of somebody, oldest first. */
export const badgesOf = (db: Knex, userId: number): PromiseLike<BadgeRow[]> =>
  db('badges as b')
    .join('badge_requests as q', 'q.id', 'b.request_id')
    .where('q.user_id', userId)
    .orderBy(['b.status_list', 'b.status_index'])
    .select('b.*');

/** @throws when there is none */
export async function lastBadge(db: Knex, userId: number): Promise<BadgeRow> {
  const badge = (await badgesOf(db, userId)).at(-1);
  if (!badge) throw new Error(`no badge of ${userId}`);
  return badge;
}
