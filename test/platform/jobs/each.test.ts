import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideEnrolment, expireUnanswered, promoteWaiting, requestEnrolment } from '#enrolment/service.ts';
import { DatabaseUnavailable } from '#platform/database/failures.ts';
import { each } from '#platform/jobs/each.ts';
import { Busy } from '#platform/places.ts';
import { setSession } from '../../support/catalogue.ts';
import { createTestDatabase, DAY, type TestDatabase } from '../../support/database.ts';
import { createFormation, createTeams, statesOf, type Team } from '../../support/enrolments.ts';

/** What a job does for each of several when one of them fails. */
let database: TestDatabase;
beforeAll(async () => {
  // How long a lock is waited for matters to nothing here.
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z', settings: { lock_timeout: '500' } });
});
afterAll(() => database.drop());

describe('of several', () => {
  /** @returns those that had their turn, and what was thrown at the end */
  async function run(outcomes: (Error | undefined)[], sharing?: (index: number) => unknown) {
    const done: number[] = [];
    const ended = each(
      outcomes.keys(),
      async (index) => {
        done.push(index);
        const failure = outcomes[index];
        if (failure) throw failure;
      },
      { log: database.dependencies.log, sharing },
    );
    return {
      thrown: await ended.then(
        () => undefined,
        (error) => error,
      ),
      done,
    };
  }

  test('one that fails stops none of the others; the first failure is thrown at the end', async () => {
    const [busy, bug] = [new Busy(), new Error('a fault of ours')];
    expect(await run([undefined, busy, bug, undefined])).toEqual({ thrown: busy, done: [0, 1, 2, 3] });
    expect(await run([undefined, undefined])).toEqual({ thrown: undefined, done: [0, 1] });
  });

  test('those that share with it what it failed at are left for the next run', async () => {
    const busy = new Busy();
    const half = (index: number) => index % 2;
    expect(await run([busy, undefined, undefined, undefined], half)).toEqual({
      thrown: busy,
      done: [0, 1, 3],
    });
  });

  test('what failed in any other way than that somebody holds it stops none of those that share with it', async () => {
    const bug = new Error('a fault of ours');
    expect(await run([bug, undefined, undefined], () => 'the same')).toEqual({
      thrown: bug,
      done: [0, 1, 2],
    });
  });

  test('one that takes too long stops none of the others, three in a row are the server', async () => {
    const long = () => new DatabaseUnavailable(new Error('statement timeout'), { mayBeOurs: true });
    const [one, two, three, four] = [long(), long(), long(), long()];
    expect(await run([one, two, undefined, three, undefined])).toEqual({
      thrown: one,
      done: [0, 1, 2, 3, 4],
    });
    expect(await run([one, new Error('another'), two, three, undefined])).toMatchObject({
      thrown: one,
      done: [0, 1, 2, 3, 4],
    });
    expect(await run([undefined, one, two, three, four, undefined])).toEqual({
      thrown: three,
      done: [0, 1, 2, 3],
    });
  });

  test('a database that cannot serve is asked no more', async () => {
    const away = new DatabaseUnavailable(new Error('Connection terminated'));
    expect(await run([undefined, away, undefined])).toEqual({ thrown: away, done: [0, 1] });
  });
});

describe('one action that somebody keeps locked', () => {
  let team: Team;
  let locked: Awaited<ReturnType<typeof createFormation>>;
  let other: Awaited<ReturnType<typeof createFormation>>;
  beforeEach(async () => {
    [team] = (await createTeams(database.dependencies.db, 1, 3, 2026)) as [Team];
    locked = await createFormation(database, { capacity: 1, waitingCapacity: 4 });
    other = await createFormation(database, { capacity: 1, waitingCapacity: 4 });
  });

  const ask = async ({ actionId, sessionId }: typeof locked) => {
    const ids: number[] = [];
    for (const actor of team.people) {
      const asked = { actionId, sessionId, structureId: team.structureId, motivation: 'Progresser' };
      ids.push((await requestEnrolment(database.dependencies, actor, asked)).id);
    }
    return ids;
  };
  const states = (ids: number[]) => statesOf(database.dependencies.db, ids);

  async function whileLocked(work: () => Promise<unknown>): Promise<void> {
    const holder = await database.owner.transaction();
    try {
      await holder('actions').where({ id: locked.actionId }).forUpdate().first();
      await work();
    } finally {
      await holder.rollback();
    }
  }

  test('keeps no other action from its expirations, and has its own later', async () => {
    const [theirs, ours] = [await ask(locked), await ask(other)];
    database.clock.advance(365 * DAY);
    await whileLocked(() => expect(expireUnanswered(database.dependencies)).rejects.toThrow(Busy));
    expect(await states(ours)).toEqual(['expired', 'expired', 'expired']);
    expect(await states(theirs)).toEqual(['requested', 'requested', 'requested']);
    await expireUnanswered(database.dependencies);
    expect(await states(theirs)).toEqual(['expired', 'expired', 'expired']);
    database.clock.advance(-365 * DAY);
  });

  test('keeps nobody of another action from a free seat', async () => {
    const [theirs, ours] = [await ask(locked), await ask(other)];
    const by = { role: 'hr_validator', userId: team.validatorId, way: 'page' } as const;
    for (const id of [...theirs, ...ours])
      await decideEnrolment(database.dependencies, id, { event: 'approve', by });
    for (const { sessionId } of [locked, other])
      await setSession(database.dependencies.db, sessionId, { capacity: 2 });
    await whileLocked(() => expect(promoteWaiting(database.dependencies)).rejects.toThrow(Busy));
    expect(await states(ours)).toEqual(['preregistered', 'preregistered', 'waitlisted']);
    expect(await states(theirs)).toEqual(['preregistered', 'waitlisted', 'waitlisted']);
    await promoteWaiting(database.dependencies);
    expect(await states(theirs)).toEqual(['preregistered', 'preregistered', 'waitlisted']);
  });
});
