import type { Knex } from 'knex';
import { managers } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emit } from '#platform/events.ts';
import { endCredentialLinks, endSessions } from '../../credentials.ts';
import { lockSurroundings } from '../deletion/service.ts';
import { closedMessage, closingsToSeeToMessage } from './mails.ts';
import type { Subject } from './repository.ts';
import * as repository from './repository.ts';
import { anonymisationDay } from './rules.ts';
import { suspendRights } from './suspended-rights.ts';

/**
 * Closes an account, in the transaction that locked the person: nothing opens it any more, the rights are set aside,
 * requests that nobody answered are withdrawn with notice (domain.md §7, as for a departure), places and ranks stay for
 * the agency to look at. A structure left without a référent falls to the agency ({@link tellAgency}).
 * @returns false for the last manager of the agency, who stays: somebody must be able to give the role to another
 */
export async function closeAccount(
  deps: Dependencies,
  trx: Knex.Transaction,
  person: Subject,
): Promise<boolean> {
  const { clock, mail, config } = deps;
  if (person.isManager && !(await repository.hasOtherManager(trx, person.id))) return false;
  const at = clock.now();
  // In the order person → structures → actions → sessions: the requests for another structure lock theirs first.
  await repository.lockStructuresAskedFor(trx, person.id);
  await lockSurroundings(trx, person.id);
  const leaderless = await repository.countLedAlone(trx, person.id);
  await emit(deps, trx, 'account.closing', { userId: person.id });
  await suspendRights(trx, person.id);
  await repository.markClosed(trx, person.id, at);
  await endCredentialLinks(deps, trx, person.id, at);
  await endSessions(deps, trx, person.id);
  const { withdrawn = 0 } = await emit(deps, trx, 'account.closed', { userId: person.id });
  const kept = await repository.countKeptPlaces(trx, person.id, at);
  const closing = { at, anonymisedOn: anonymisationDay(at), wasManager: person.isManager, kept };
  await mail.enqueue(trx, closedMessage(person, closing, config));
  if (leaderless > 0 || kept > 0) await repository.markToTell(trx, person.id);
  await recordAudit(trx, {
    action: 'account.closed_for_inactivity',
    at,
    personId: person.id,
    details: { kept, withdrawn, leaderless, wasManager: person.isManager },
  });
  return true;
}

/**
 * Tells the agency, in one e-mail however many accounts were closed, what they leave for it to see to. What is marked
 * stays so until this e-mail is in the queue: a run that is interrupted leaves it to the next.
 */
export async function tellAgency({ db, clock, mail }: Dependencies): Promise<void> {
  await db.transaction(async (trx) => {
    const userIds = await repository.takeToTell(trx);
    if (userIds.length === 0) return;
    const left = await repository.findLeftBehind(trx, userIds, clock.now());
    for (const manager of await managers(trx)) {
      await mail.enqueue(trx, closingsToSeeToMessage(manager, left));
    }
  });
}
