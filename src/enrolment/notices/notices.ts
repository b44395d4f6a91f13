import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Audience } from '../transitions/table.ts';
import { providerMessages } from './mails.ts';
import { type Happened, readNotice } from './notice.ts';
import { personMessage } from './person-mails.ts';
import type { Told } from './told.ts';
import { validatorMessages } from './validators.ts';

/**
 * Queues every e-mail that a transition calls for, within its transaction (domain.md §7, column « effect »).
 * @returns who is written to
 */
export async function tell(
  deps: Dependencies,
  trx: Knex.Transaction,
  audiences: readonly Audience[],
  happened: Happened,
): Promise<Told> {
  if (audiences.length === 0) return {};
  const notice = await readNotice(deps, trx, happened);
  const messages: Message[] = [];
  const told: Told = {};
  for (const audience of audiences) {
    if (audience === 'person') continue;
    const { to, messages: theirs } =
      audience === 'provider' ? providerMessages(notice) : await validatorMessages(deps, trx, notice);
    messages.push(...theirs);
    if (theirs.length > 0) told[to] = theirs.length;
  }
  // Written last, as it says who else is written to; first in the queue.
  const { facts, personEmail } = notice;
  const own = audiences.includes('person') ? personMessage(facts, told) : undefined;
  if (own) {
    told.person = 1;
    messages.unshift({ ...own, to: personEmail, recipientName: facts.personName });
  }
  if (messages.length > 0) await deps.mail.enqueueAll(trx, messages);
  return told;
}
