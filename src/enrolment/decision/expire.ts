import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { each } from '#platform/jobs/each.ts';
import { decideEnrolment } from './decide.ts';

/**
 * Marks as « Sans réponse » what nobody answered in time: requests when registration closes, waiting and preregistered
 * people when the session begins. A scheduled job.
 * @returns how many
 * @throws the first failure, once every action had its turn
 */
export async function expireUnanswered(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  const due: { id: number; actionId: number }[] = await deps
    .db('enrolments')
    .join('sessions', 'sessions.id', 'enrolments.session_id')
    .where((either) =>
      either
        .where((one) => one.where('state', 'requested').where('registration_closes_at', '<=', now))
        .orWhere((one) =>
          one.whereIn('state', ['waitlisted', 'preregistered']).where('starts_at', '<=', now),
        ),
    )
    .select('enrolments.id', { actionId: 'enrolments.action_id' });
  let expired = 0;
  const expire = async ({ id }: { id: number }) => {
    try {
      await decideEnrolment(deps, id, {
        event: 'expire',
        by: { role: 'system', userId: null, way: 'system' },
      });
      expired += 1;
    } catch (error) {
      // Decided at the last moment: that decision stands.
      if (!(error instanceof Conflict)) throw error;
    }
  };
  await each(due, expire, { log: deps.log, sharing: ({ actionId }) => actionId });
  return expired;
}
