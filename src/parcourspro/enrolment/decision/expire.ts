import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict } from '../../../platform/errors.ts';
import { decideEnrolment } from './decide.ts';

/**
 * Marks as « Sans réponse » what nobody answered in time: requests when registration closes, waiting and preregistered
 * people when the session begins. A scheduled job.
 * @returns how many
 */
export async function expireUnanswered(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  const due: { id: number }[] = await deps
    .db('enrolments')
    .join('sessions', 'sessions.id', 'enrolments.session_id')
    .where((either) =>
      either
        .where((one) => one.where('state', 'requested').where('registration_closes_at', '<=', now))
        .orWhere((one) =>
          one.whereIn('state', ['waitlisted', 'preregistered']).where('starts_at', '<=', now),
        ),
    )
    .select('enrolments.id');
  let expired = 0;
  for (const { id } of due) {
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
  }
  return expired;
}
