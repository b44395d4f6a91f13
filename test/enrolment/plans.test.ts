import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { promoteWaiting } from '#enrolment/decision/promote.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { recordSent, type Sent } from '../../bench/recording.ts';
import { setSession } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createFormation, createTeams } from '../support/enrolments.ts';

/**
 * From 100,000 on, a PostgreSQL that has JIT compiles the statement first, which takes it up to seconds. What costs
 * little to do must not be taken for dear: a tenth is far more than any statement of a decision has.
 */
const MOST_COST = 10_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => database.drop());

/** What PostgreSQL believes that a statement costs. */
async function costOf(client: pg.Client, { text, values }: Sent): Promise<number> {
  const { rows } = await client.query(`explain (format json) ${text}`, values);
  return rows[0]['QUERY PLAN'][0].Plan['Total Cost'];
}

test('nothing that is asked under the locks of an enrolment is taken for costly, even in a base never analysed', async () => {
  const { dependencies, owner, url } = database;
  const [team] = await createTeams(dependencies.db, 1, 3, 2026);
  const { actionId, sessionId } = await createFormation(database, { capacity: 1, waitingCapacity: 5 });

  const sent = await recordSent(async () => {
    const ids: number[] = [];
    for (const actor of team?.people ?? []) {
      const asked = { actionId, sessionId, structureId: team?.structureId ?? 0, motivation: 'Progresser' };
      const { id } = await requestEnrolment(dependencies, actor, asked);
      ids.push(id);
      const by = { role: 'hr_validator', userId: team?.validatorId ?? 0, way: 'page' } as const;
      await decideEnrolment(dependencies, id, { event: 'approve', by });
    }
    const by = { role: 'beneficiary', userId: team?.people[0]?.userId ?? 0, way: 'page' } as const;
    await decideEnrolment(dependencies, ids[0] ?? 0, { event: 'withdraw', by, reason: 'Empêchement' });
    await setSession(dependencies.db, sessionId, { capacity: 3 });
    await promoteWaiting(dependencies);
  });
  const statements = sent.filter(({ isInTransaction }) => isInTransaction);
  expect(statements.filter(({ text }) => text.includes('enrolment_settings')).length).toBeGreaterThan(3);

  // A base that was just restored from a dump has no statistics at all.
  await owner.raw(`select pg_clear_relation_stats('public', relname::text) from pg_class
                    where relnamespace = 'public'::regnamespace and relkind = 'r'`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const costly: { cost: number; text: string }[] = [];
    for (const statement of statements) {
      const cost = await costOf(client, statement);
      if (cost > MOST_COST) costly.push({ cost, text: statement.text.slice(0, 120) });
    }
    expect(costly).toEqual([]);
  } finally {
    await client.end();
  }
});
