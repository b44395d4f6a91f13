import type { Knex } from 'knex';
import type { Leaver } from '#platform/personal-data.ts';

/** SQL: whether the row `q` (email, created_at) was written under an address that the person `u` had then. */
export const WAS_THEIRS = `exists (
  select from email_changes c
   where c.user_id = u.id and c.outcome = 'confirmed' and c.old_email = q.email and q.created_at < c.ended_at)`;

/** Every address that is or was a person's; they must be locked. */
export async function addressesOf(
  trx: Knex.Transaction,
  { id, email }: { id: number; email: string },
): Promise<Leaver['addresses']> {
  const former = await trx('email_changes')
    .where({ user_id: id, outcome: 'confirmed' })
    .whereNotNull('old_email')
    .select({ email: 'old_email', until: 'ended_at' });
  return [{ email, until: null }, ...former];
}
