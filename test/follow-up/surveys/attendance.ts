import { publishDraft } from '#follow-up/surveys/questionnaires/service.ts';
import { createAction, createSession, kindOf } from '../../support/catalogue.ts';
import { HOUR, type TestDatabase } from '../../support/database.ts';
import { createEnrolment } from '../../support/enrolments.ts';
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
  const { id } = await kindOf(dependencies.db, code);
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
  const hoursAgo = options.endedHoursAgo ?? 1;
  const ended = clock.now().getTime() - hoursAgo * HOUR;
  const startsAt = new Date(ended - 7 * HOUR);
  // Open for a while before it began, however long ago that was.
  const opensInDays = -30 - hoursAgo / 24;
  const sessionId = await createSession(db, { actionId, now: clock.now(), startsAt, opensInDays });
  const people: Over['people'] = [];
  for (let index = 0; index < present; index += 1) {
    const user = await createUser(db, { affiliations: { [structureId]: [] } });
    const seat = { sessionId, userId: user.id, structureId, state: 'attended' } as const;
    people.push({ ...user, enrolmentId: await createEnrolment(db, seat) });
  }
  return { structureId, providerId, actionId, sessionId, people };
}
