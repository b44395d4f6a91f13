import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Sizes } from '../catalogue/fill.ts';

export const SIZES: Sizes = { actions: 3000, sessions: 6000, people: 8000, enrolments: 30_000 };

/** Whether all ask for the same session, or each for another action. */
export const KINDS = ['crowd', 'apart'] as const;
export type Kind = (typeof KINDS)[number];

/** Somebody about to ask for a place. */
export interface Turn {
  email: string;
  userId: number;
  structureId: number;
  actionId: number;
  sessionId: number;
  slug: string;
}

/** Beyond the structures' own validators and the training bodies: each is of another structure, which has one Valideur RH. */
const FIRST_PERSON = 6000;

/**
 * Opens a session of every action, with seats for all, and writes down whose turn it is when: a batch is as many people
 * as are measured at once; batches go by two, for the application and for pgbench, to a crowd's session and to one
 * action each in turn. Batch 0 is of the way there.
 */
export async function arrangeTurns(db: Knex, people: number, rounds: number): Promise<void> {
  await db.raw(`
    update actions set published_at = now() - interval '1 day', archived_at = null, kind_id = 1;
    update sessions set capacity = 10000, cancelled_at = null, registration_opens_at = now() - interval '1 day',
           registration_closes_at = now() + interval '20 days', starts_at = now() + interval '30 days',
           ends_at = now() + interval '31 days'
     where id <= ${SIZES.actions};
    update enrolment_settings set yearly_actions = 10000, yearly_formations = 10000, structure_seats_per_formation = 10000;
    insert into memberships (structure_id, year, recorded_at)
    select s.id, extract(year from now())::int + y, now() from structures s, generate_series(0, 1) y on conflict do nothing;
    update enrolments set state = 'withdrawn'
     where user_id between ${FIRST_PERSON} and ${FIRST_PERSON + people} and is_live(state)`);
  // Two batches of a kind, then two of the other.
  await db.raw(
    `create table bench_turns as
     select n as turn, u.id as user_id, a.structure_id, action as action_id, action as session_id
       from (select n, :first + n % :people as person,
                    1 + (case when (n / :people + 3) / 2 % 2 = 0 then n / :people else n end) * 7 % :actions as action
               from generate_series(0, :last) n) t
       join users u on u.id = t.person join affiliations a on a.user_id = u.id`,
    { first: FIRST_PERSON, people, actions: SIZES.actions, last: (1 + 4 * (rounds + 1)) * people - 1 },
  );
  await db.raw('alter table bench_turns add primary key (turn)');
  await db.raw('vacuum analyze');
}

/** A batch, person by person. */
export async function turnsOf(db: Knex, batch: number): Promise<Turn[]> {
  const { rows } = await db.raw<{ rows: Turn[] }>(
    `select u.email, t.user_id as "userId", t.structure_id as "structureId", t.action_id as "actionId",
            t.session_id as "sessionId", a.slug
       from bench_turns t join users u on u.id = t.user_id join actions a on a.id = t.action_id
      where turn / (select count(distinct user_id)::int from bench_turns) = ? order by turn`,
    [batch],
  );
  return rows;
}

/** What stands in a script of pgbench for what only this turn has. */
export const variablesOf = (turn: Turn): Map<unknown, string> =>
  new Map<unknown, string>([
    [turn.userId, ':user_id'],
    [turn.structureId, ':structure_id'],
    [turn.actionId, ':action_id'],
    [turn.sessionId, ':session_id'],
    [turn.slug, `'action-' || cast(:action_id as text)`],
  ]);

/** Waits until the application has tried to send each e-mail once: no mail server answers, so it then leaves them. */
export async function emailsTried(db: Knex): Promise<void> {
  for (;;) {
    const { rows } = await db.raw(
      `select count(*)::int as left from graphile_worker.jobs where attempts = 0 and run_at <= now() and task_identifier = 'deliver_email'`,
    );
    if (rows[0].left === 0) return;
    await delay(200);
  }
}
