import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import { opensByProConnect } from '../repository.ts';
import { reopenedMessage } from './mails.ts';
import * as repository from './repository.ts';
import { comesBack } from './rules.ts';
import { findSuspendedRights, lockOwnStructures, restoreRights } from './suspended-rights.ts';

/**
 * Reopens a closed account, in the transaction of the link that proved the address and that set a new password: the
 * structures come back, and the rights that {@link comesBack} says; the others end, in the journal too, and the e-mail
 * names them. The role of agency manager does not come back: it opens everything, and another manager may give it again.
 * The person must be locked.
 */
export async function reopenAccount(
  { mail, config }: Dependencies,
  trx: Knex.Transaction,
  person: Recipient & { id: number },
  at: Date,
): Promise<void> {
  await repository.markOpen(trx, person.id, at);
  await lockOwnStructures(trx, person.id);
  const lost = (await findSuspendedRights(trx, person.id)).filter((one) => !comesBack(one));
  await restoreRights(trx, person.id, lost);
  const reopened = { at, lost, opensByProConnect: await opensByProConnect(trx, person.id, config) };
  await mail.enqueue(trx, reopenedMessage(person, reopened, config));
  await recordAudit(trx, { action: 'account.reopened', at, actorId: person.id, personId: person.id });
  for (const { structureId, right } of lost) {
    await recordAudit(trx, {
      action: 'right.revoked',
      at,
      personId: person.id,
      structureId,
      details: { right },
    });
  }
}
