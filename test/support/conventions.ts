import type { Knex } from 'knex';
import { convention } from '#follow-up/conventions/kind.ts';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { findFollowedSession } from '#follow-up/documents/issuing/repository.ts';
import { issue } from '#follow-up/documents/issuing/service.ts';
import type { TestSite } from './app.ts';
import { createAction, createSession } from './catalogue.ts';
import { HOUR } from './database.ts';
import { createEnrolment } from './enrolments.ts';
import { setProfile } from './issued.ts';
import { createStructure, createUsers, type TestUser } from './people.ts';

/** A session to come, for which two structures have people enrolled. */
export interface Expected {
  actionId: number;
  sessionId: number;
  providerId: number;
  provider: TestUser;
  employers: {
    id: number;
    validator: TestUser;
    people: (TestUser & { lastName: string })[];
    enrolments: number[];
  }[];
}

/** Enrols so many people of each structure in a session of next week; nothing has followed yet. */
export async function createExpected(
  { dependencies: { db }, clock }: TestSite,
  { employers: count = 1, people: each = 1, kind = 'formation' } = {},
): Promise<Expected> {
  const providerId = await createStructure(db, { isTrainingBody: true, name: 'Organisme de la session' });
  await setProfile(db, providerId);
  const [provider] = (await createUsers(db, [{ affiliations: { [providerId]: ['provider'] } }])) as [
    TestUser,
  ];
  const { id: actionId } = await createAction(db, { providerId, kind });
  await setLegal(db, actionId);
  const startsAt = new Date(clock.now().getTime() + 7 * 24 * HOUR);
  const sessionId = await createSession(db, { actionId, now: clock.now(), startsAt });
  const employers: Expected['employers'] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const id = await createStructure(db, { memberIn: [startsAt.getUTCFullYear()] });
    const names = Array.from({ length: each }, (_, index) => `Inscrit ${id}-${index + 1}`);
    const [validator, ...users] = (await createUsers(db, [
      { affiliations: { [id]: ['hr_validator'] } },
      ...names.map((lastName) => ({ lastName, affiliations: { [id]: ['beneficiary' as const] } })),
    ])) as [TestUser, ...TestUser[]];
    const people = users.map((user, index) => ({ ...user, lastName: names[index] ?? '' }));
    const enrolments: number[] = [];
    for (const { id: userId } of people)
      enrolments.push(await createEnrolment(db, { sessionId, userId, structureId: id, state: 'enrolled' }));
    employers.push({ id, validator, people, enrolments });
  }
  return { actionId, sessionId, providerId, provider, employers };
}

/** Says of an action what a convention has to say. */
export async function setLegal(
  db: Knex,
  actionId: number,
  fields: Record<string, string> = {},
): Promise<void> {
  const row = { means: 'Salle équipée', follow_up: 'Émargement', sanction: 'Attestation', ...fields };
  await db('action_legal')
    .insert({ action_id: actionId, ...row })
    .onConflict('action_id')
    .merge();
}

/** Issues the conventions of a session, as « Émettre » does. */
export async function issueConventions({ dependencies, clock }: TestSite, sessionId: number): Promise<void> {
  await dependencies.db.transaction(async (trx) => {
    const session = await findFollowedSession(trx, sessionId);
    if (!session) throw new Error('unreachable');
    const due = (await convention.byHand?.(trx, session, clock.now())) ?? [];
    const items = due.flatMap((one) => (one.facts ? [{ ...one, facts: one.facts }] : []));
    await issue(dependencies, trx, { kind: convention, session, items, at: clock.now(), by: null });
  });
}

/** Lets the documents of a session follow what has happened to it. */
export const follow = ({ dependencies }: TestSite, sessionId: number): Promise<void> =>
  followSession(dependencies, sessionId);

/** The signatures as the database has them. */
export const signaturesIn = (
  db: Knex,
): PromiseLike<{ document_id: number; party: string; user_id: number; evidence_sha256: Buffer }[]> =>
  db('convention_signatures').orderBy('signed_at');
