import type { Knex } from 'knex';
import { recordAudit } from '../../../audit/service.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import type { Recipient } from '../mails.ts';
import { reopenedMessage } from './mails.ts';
import * as repository from './repository.ts';

/**
 * Reopens a closed account, in the transaction of the link that proved the address and that set a new password: the
 * structures and rights come back as they were. The role of agency manager does not: it opens everything, and another
 * manager may give it again. The person must be locked.
 */
export async function reopenAccount(
  { mail, config }: Dependencies,
  trx: Knex.Transaction,
  person: Recipient & { id: number },
  at: Date,
): Promise<void> {
  await repository.markOpen(trx, person.id, at);
  await repository.restoreRights(trx, person.id);
  await mail.enqueue(trx, reopenedMessage(person, at, config));
  await recordAudit(trx, { action: 'account.reopened', at, actorId: person.id, personId: person.id });
}
