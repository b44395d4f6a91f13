import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { each } from '#platform/jobs/each.ts';
import { promoteQueue } from '../apply.ts';
import { lockForSession } from '../locks.ts';
import { shareReached } from '../share.ts';

/**
 * Gives free seats to those who wait and may now sit though no seat was released: the agency has raised the share of a
 * structure, a kind counts as a formation no longer, somebody is back in their structure. Without this they, and
 * everybody behind them, would wait until somebody else gives a seat back. A scheduled job; each action is looked at
 * again under its locks.
 * @returns how many actions were looked at
 * @throws the first failure, once every action had its turn
 */
export async function promoteWaiting(deps: Dependencies): Promise<number> {
  const actionIds = await findStuck(deps.db, deps.clock.now());
  const promote = (actionId: number) =>
    deps.db.transaction(async (trx) => {
      await lockForSession(trx, { actionId });
      await promoteQueue(deps, trx, actionId);
    });
  await each(actionIds, promote, deps);
  return actionIds.length;
}

/** The actions in which a seat is free and somebody who waits could take it (rule 2). */
async function findStuck(db: Knex, now: Date): Promise<number[]> {
  const rows = await query<{ actionId: number }[]>(
    db,
    `select distinct s.action_id as "actionId"
       from sessions s
       join enrolments e on e.session_id = s.id and e.state = 'waitlisted'
       join affiliations af on af.user_id = e.user_id and af.structure_id = e.structure_id
       join users u on u.id = e.user_id and u.closed_at is null
       join actions a on a.id = s.action_id
       join action_kinds k on k.id = a.kind_id
      where s.starts_at > :now and s.cancelled_at is null and s.waitlisted > 0 and s.seats_held < s.capacity
        and ${shareReached('e')} is null
      order by s.action_id`,
    { now },
  );
  return rows.map(({ actionId }) => actionId);
}
