import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { notRestoredMessage } from './change-mails.ts';

/** Tells somebody that the session takes place after all, but without them, and why. */
export async function tellNotRestored(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolmentId: number,
  code: string,
): Promise<void> {
  const row = await trx('enrolments as e')
    .join('users as u', 'u.id', 'e.user_id')
    .join('sessions as s', 's.id', 'e.session_id')
    .join('actions as a', 'a.id', 'e.action_id')
    .where('e.id', enrolmentId)
    .first('u.email', 'u.first_name', 'u.last_name', 'a.title', 'a.slug', 's.starts_at', 's.ends_at');
  const person = { email: row.email, name: `${row.first_name} ${row.last_name}` };
  const session = { actionTitle: row.title, slug: row.slug, startsAt: row.starts_at, endsAt: row.ends_at };
  await deps.mail.enqueue(trx, notRestoredMessage(person, session, code, deps.clock.now()));
}
