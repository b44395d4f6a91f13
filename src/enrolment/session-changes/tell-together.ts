import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Doer } from '../doer.ts';
import type { Told } from '../notices/told.ts';
import type { Concerned } from './audience.ts';
import { messagesTo, type TogetherNotice } from './mails.ts';

/**
 * Sends one e-mail to each validator and structure about all their people; then one to the agency where the provider
 * acts, and to the training body's people, save whoever acts.
 * @returns how many people are written to
 */
export async function tellTogether(
  deps: Dependencies,
  trx: Knex.Transaction,
  concerned: Concerned,
  by: Doer,
  notice: TogetherNotice,
): Promise<Told> {
  const messages = messagesTo(concerned, by, notice, deps.clock.now());
  for (const message of messages) await deps.mail.enqueue(trx, message);
  const to = (who: string) =>
    new Set(messages.filter(({ kind }) => kind.endsWith(`.${who}`)).map((one) => one.to)).size;
  return { validators: to('validator'), provider: to('provider'), agency: to('agency') };
}
