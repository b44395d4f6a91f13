import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { overdueBefore } from '../../portal/account-requests/rules.ts';
import type { Paged, Slice } from '../../portal/paged.ts';
import type { QueueFilter } from './filter.ts';
import type { Queue, QueueRow } from './queue.ts';
import type { QueueFile } from './repository.ts';
import * as repository from './repository.ts';

export { APPLY_DECISION, applyDecision, applyDueDecisions, takeDecision, undoDecision } from './decisions.ts';
export { countOf, type QueueCount, type QueueFile } from './repository.ts';

/** One page of a queue, what is overdue first, as this person may read it. */
export function listRequests(
  { db, clock }: Dependencies,
  queue: Queue,
  filter: QueueFilter,
  readerId: number,
  page: Slice,
): Promise<Paged<QueueRow>> {
  return repository.findRequests(db, queue, filter, readerId, overdueBefore(clock.now()), page);
}

/**
 * The file of a request, decided or not, as this person may read it.
 * @throws NotFound when the queue has none of this number
 */
export async function getFile(
  { db }: Dependencies,
  queue: Queue,
  id: number,
  readerId: number,
): Promise<QueueFile> {
  const file = await repository.findFile(db, queue, id, readerId);
  if (!file) throw new NotFound();
  return file;
}
