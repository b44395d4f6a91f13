import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#access/actor.ts';
import { decideSeveral, type Outcome } from '#enrolment/decision/several.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { countWaiting } from '../support/database.ts';
import { createFormation, createTeams, enrolmentsOf, type Team } from '../support/enrolments.ts';
import { createStructure, createUser } from '../support/people.ts';
import { until } from '../support/process.ts';
import { recordStatements } from '../support/statements.ts';

/** More than the connections of a process. */
const CROWD = 20;
const BUSY = /beaucoup de personnes demandent cette action/;

type Formation = Awaited<ReturnType<typeof createFormation>>;
interface World {
  site: TestSite;
  teams: Team[];
  locked: Formation;
  other: Formation;
}
async function open(settings: Record<string, string> = {}): Promise<World> {
  const site = await createTestSite({ now: '2026-03-02T09:00:00Z', settings });
  return {
    site,
    teams: await createTeams(site.dependencies.db, 7, 3, 2026),
    locked: await createFormation(site, { capacity: 40, waitingCapacity: 5 }),
    other: await createFormation(site, { capacity: 40, waitingCapacity: 5 }),
  };
}

const asking = ({ structureId }: Team, { actionId, sessionId }: Formation) => ({
  actionId,
  sessionId,
  structureId,
  motivation: 'Progresser',
});

/** Somebody else keeps these rows locked for as long as `work` takes. */
async function whileLocked<T>(site: TestSite, table: string, id: number, work: () => Promise<T>): Promise<T> {
  const holder = await site.owner.transaction();
  await holder(table).where({ id }).forUpdate().first();
  try {
    return await work();
  } finally {
    await holder.rollback();
  }
}

// At once, each in a world of its own: they only wait, as long as an installation does.
describe.concurrent('with the limits of an installation', () => {
  test('a crowd at one locked action is told so within seconds, and takes nothing from anybody else', async ({
    onTestFinished,
  }) => {
    const { site, teams, locked, other } = await open();
    onTestFinished(() => site.close());
    const { dependencies } = site;
    const { db } = dependencies;
    const structureId = await createStructure(db, { memberIn: [2026] });
    const user = await createUser(db, { affiliations: { [structureId]: [] } });
    const someone = await site.signedIn(user.email);
    const [anyTeam, ...crowded] = teams as [Team, ...Team[]];

    await whileLocked(site, 'actions', locked.actionId, async () => {
      let ended = 0;
      // People of one structure wait for each other too, one limit after the other: they come one by one from each.
      const crowd = Promise.allSettled(
        [0, 1, 2].flatMap((turn) =>
          crowded.map((team) =>
            requestEnrolment(dependencies, team.people[turn] as Actor, asking(team, locked)).finally(() => {
              ended += 1;
            }),
          ),
        ),
      );
      await until(async () => (await countWaiting(site.owner)) > 0);

      expect((await someone.get('/parcourspro/mon-espace')).status).toBe(200);
      const [actor] = anyTeam.people as [Actor];
      expect((await requestEnrolment(dependencies, actor, asking(anyTeam, other))).state).toBe('requested');
      // All of this while everybody of the crowd still waits.
      expect(ended).toBe(0);

      const outcomes = await crowd;
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'Busy', status: 503 } });
      }
    });
    expect(await enrolmentsOf(db, { action_id: locked.actionId })).toEqual([]);
    const [first] = crowded as [Team];
    const [actor] = first.people as [Actor];
    expect((await requestEnrolment(dependencies, actor, asking(first, locked))).state).toBe('requested');
  });

  test('rows that many transactions need leave connections to the pages', async ({ onTestFinished }) => {
    const { site, locked } = await open();
    onTestFinished(() => site.close());
    const { dependencies } = site;
    const { db } = dependencies;
    await whileLocked(site, 'structures', locked.providerId, async () => {
      let ended = 0;
      const writers = Promise.allSettled(
        Array.from({ length: CROWD }, () =>
          db
            .transaction((trx) => trx('structures').where({ id: locked.providerId }).forUpdate().first())
            .finally(() => {
              ended += 1;
            }),
        ),
      );
      await until(async () => (await countWaiting(site.owner)) === 9);
      expect((await site.visitor().get('/parcourspro/actions')).status).toBe(200);
      // Not once some of them have given up.
      expect(ended).toBe(0);
      for (const outcome of await writers) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'Busy' } });
      }
    });
  });
});

// What is answered at the end of the wait, however long it is.
describe('with a short wait for locks', () => {
  let site: TestSite;
  let teams: Team[];
  let locked: Formation;
  beforeEach(async () => {
    ({ site, teams, locked } = await open({ lock_timeout: '500' }));
  });
  afterEach(() => site.close());

  test('the page says when to try again and keeps what was typed', async () => {
    const { db } = site.dependencies;
    const structureId = await createStructure(db, { memberIn: [2026] });
    const user = await createUser(db, { affiliations: { [structureId]: [] } });
    const person = await site.signedIn(user.email);
    const page = `/parcourspro/actions/${locked.slug}/inscription?session=${locked.sessionId}`;
    const token = await person.token(page);

    const answer = await whileLocked(site, 'actions', locked.actionId, async () =>
      person.post(page, {
        _csrf: token,
        session: locked.sessionId,
        structure: structureId,
        motivation: 'Un projet mûri',
      }),
    );

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).toMatch(BUSY);
    expect(answer.text).toContain('Un projet mûri');
    expect(answer.text).toContain('<title>');
  });

  test('of several requests decided together, none waits after the first that could not be', async () => {
    const { dependencies } = site;
    const [team] = teams as [Team];
    const ids: number[] = [];
    for (const actor of team.people)
      ids.push((await requestEnrolment(dependencies, actor, asking(team, locked))).id);
    const by = { role: 'hr_validator', userId: team.validatorId, way: 'page' } as const;

    let outcomes = new Map<number, Outcome>();
    const asked = await whileLocked(site, 'actions', locked.actionId, () =>
      recordStatements(async () => {
        outcomes = await decideSeveral(dependencies, ids, { event: 'approve', by });
      }),
    );

    expect([...outcomes.values()]).toEqual(ids.map(() => ({ why: expect.stringMatching(BUSY) })));
    expect(asked.filter((sql) => /from actions where .* for no key update/.test(sql))).toHaveLength(1);
  });
});
