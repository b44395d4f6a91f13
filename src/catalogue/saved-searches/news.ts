import type { Dependencies } from '#platform/dependencies.ts';
import { each } from '#platform/jobs/each.ts';
import { tellOfNewSessions } from '../new-sessions/service.ts';
import { alertSavedSearches } from './alerts.ts';

/**
 * The news of the day: first to those whose saved searches they answer, then to those who follow an action, whom the
 * first e-mail has not told already. Both look at what was noticed until the same moment; a scheduled job.
 */
export async function tellNews(deps: Dependencies): Promise<void> {
  const now = deps.clock.now();
  await each([alertSavedSearches, tellOfNewSessions], (step) => step(deps, now), deps);
}
