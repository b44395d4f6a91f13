import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CONFIRMED_STATES,
  COUNTED_STATES,
  EXPECTED_STATES,
  LIVE_STATES,
  SEAT_STATES,
  STATES,
} from '#enrolment/states.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([
  ['is_live', LIVE_STATES],
  ['holds_seat', SEAT_STATES],
  ['is_expected', EXPECTED_STATES],
  ['is_confirmed', CONFIRMED_STATES],
  ['uses_right', COUNTED_STATES],
])('%s means the same to PostgreSQL and to the code', async (name, states) => {
  const { rows } = await database.dependencies.db.raw(
    `select state from unnest(cast(? as text[])) state where ${name}(state)`,
    [[...STATES]],
  );
  expect(rows.map(({ state }: { state: string }) => state).sort()).toEqual([...states].sort());
});

test('an action is public from its publication on, until it is archived', async () => {
  const { rows } = await database.dependencies.db.raw(
    `select coalesce(is_public(a, now()), false) as public
       from (values (null, null), (1, null), (0, null), (-1, null), (-1, -1), (-1, 1)) days (published, archived),
            lateral jsonb_populate_record(null::actions, jsonb_build_object(
              'published_at', now() + published * interval '1 day',
              'archived_at', now() + archived * interval '1 day')) a`,
  );
  expect(rows.map((row: { public: boolean }) => row.public)).toEqual([
    false,
    false,
    true,
    true,
    false,
    false,
  ]);
});

test('the rules are written into the statements that ask them: no row waits for a call, and indexes serve', async () => {
  const { rows } = await database.dependencies.db.raw(
    `explain (verbose, costs off)
     select full_name(u), is_public(a, now()), paris_year(s.starts_at), counts_in_year(k),
            is_live(e.state), holds_seat(e.state), is_expected(e.state), is_confirmed(e.state), uses_right(e.state)
       from enrolments e join users u on u.id = e.user_id join sessions s on s.id = e.session_id
       join actions a on a.id = s.action_id join action_kinds k on k.id = a.kind_id`,
  );
  const plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain("'Europe/Paris'");
  expect(plan).not.toMatch(
    /(full_name|is_public|paris_year|counts_in_year|is_live|holds_seat|is_expected|is_confirmed|uses_right)\(/,
  );
});
