import type { Knex } from 'knex';
import { publishDraft } from '#follow-up/surveys/questionnaires/service.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { HOUR, type TestDatabase } from '../../support/database.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';

/** A session that is over, with the people who were there. */
export interface Over {
  structureId: number;
  providerId: number;
  actionId: number;
  sessionId: number;
  people: (TestUser & { enrolmentId: number })[];
}

/** Publishes the first questionnaire of a kind. @returns the kind's number */
export async function publishFor({ dependencies }: TestDatabase, code = 'formation'): Promise<number> {
  const { id } = await dependencies.db('action_kinds').where({ code }).first('id');
  await publishDraft(dependencies, id);
  return id;
}

/** A session that ended an hour ago, where `present` people were. */
export async function createPastSession(
  { dependencies: { db }, clock }: TestDatabase,
  present: number,
  options: { providerId?: number; actionId?: number; endedHoursAgo?: number } = {},
): Promise<Over> {
  const structureId = await createStructure(db);
  const providerId = options.providerId ?? (await createStructure(db, { isTrainingBody: true }));
  const actionId = options.actionId ?? (await createAction(db, { providerId })).id;
  const sessionId = await createSession(db, { actionId, now: clock.now(), startsInDays: -1 });
  const ended = new Date(clock.now().getTime() - (options.endedHoursAgo ?? 1) * HOUR);
  await db('sessions')
    .where({ id: sessionId })
    .update({ ends_at: ended, starts_at: new Date(ended.getTime() - 7 * HOUR) });
  const people: Over['people'] = [];
  for (let index = 0; index < present; index += 1) {
    const user = await createUser(db, { affiliations: { [structureId]: [] } });
    people.push({
      ...user,
      enrolmentId: await enrolIn(db, { userId: user.id, structureId, actionId, sessionId }),
    });
  }
  return { structureId, providerId, actionId, sessionId, people };
}

/** @returns the enrolment's number */
export async function enrolIn(
  db: Knex,
  who: { userId: number; structureId: number; actionId: number; sessionId: number; state?: string },
): Promise<number> {
  const [row] = await db('enrolments').insert(
    {
      user_id: who.userId,
      structure_id: who.structureId,
      action_id: who.actionId,
      session_id: who.sessionId,
      state: who.state ?? 'attended',
      motivation: 'Progresser',
      requested_at: new Date(0),
    },
    'id',
  );
  return row.id;
}
