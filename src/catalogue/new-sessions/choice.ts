import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';

/** Whether a person, `:userId`, is told of new dates: everybody is who has not said otherwise. */
export const WANTS_NEW_DATES = 'not exists (select from new_date_stops n where n.user_id = :userId)';

/** Has a person told of the new dates of what they follow, or not. Chosen again, it stays as it was. */
export async function chooseNewDates(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  userId: number,
  wants: boolean,
): Promise<void> {
  const stops = (knex: Knex) => knex('new_date_stops');
  if (wants) await stops(db).where({ user_id: userId }).delete();
  else await stops(db).insert({ user_id: userId, since: clock.now() }).onConflict().ignore();
}
