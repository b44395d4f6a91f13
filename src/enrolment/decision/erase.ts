import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { decideEnrolment } from './decide.ts';

/**
 * Ends what somebody waits for, as a manager deletes their account: each through the transition table, while the person
 * still has a name that validators and providers know. A seat in a session that is over is none of it.
 */
export async function endPendingOf(
  deps: Dependencies,
  trx: Knex.Transaction,
  { userId, byUserId }: { userId: number; byUserId: number },
): Promise<void> {
  const inside = { ...deps, db: trx };
  for (const { id, hasBegun } of await findPending(trx, userId, deps.clock.now())) {
    await decideEnrolment(
      inside,
      id,
      hasBegun
        ? { event: 'expire', by: { role: 'system', userId: null, way: 'system' } }
        : {
            event: 'withdraw',
            by: { role: 'agency', userId: byUserId, way: 'page' },
            reason: 'Compte supprimé à la demande de la personne.',
          },
    );
  }
}

async function findPending(
  trx: Knex.Transaction,
  userId: number,
  now: Date,
): Promise<{ id: number; hasBegun: boolean }[]> {
  return query<{ id: number; hasBegun: boolean }[]>(
    trx,
    `select e.id, se.starts_at <= :now as "hasBegun"
       from enrolments e join sessions se on se.id = e.session_id
      where e.user_id = :userId and e.state in ('requested', 'waitlisted', 'preregistered')
        and se.cancelled_at is null
      order by e.action_id, e.id`,
    { userId, now },
  );
}
