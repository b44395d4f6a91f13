import { execute } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';

/** How long the lines of a plan are kept; what they came to stays. */
export const PLAN_DAYS = 30;

/** Forgets the lines of plans whose time is over; their counts stay, those of the rejects among them. A scheduled job. */
export async function forgetPlans({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  const now = clock.now();
  const before = new Date(now.getTime() - PLAN_DAYS * 24 * 60 * 60 * 1000);
  await execute(
    db,
    `with old as (
       update offer_imports set purged_at = :now, state = case state when 'planned' then 'stale' else state end
        where purged_at is null and created_at < :before returning id)
     delete from offer_import_items where import_id in (select id from old)`,
    { now, before },
  );
}
