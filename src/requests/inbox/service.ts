import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { type RequestKind, requestsOf } from '../request.ts';
import { overdueBefore } from '../waiting.ts';
import { findFile, type InboxFile } from './file.ts';
import type { InboxFilter } from './filter.ts';
import type { InboxRow } from './repository.ts';
import * as repository from './repository.ts';

export { APPLY_DECISION, applyDecision, applyDueDecisions, takeDecision, undoDecision } from './decisions.ts';
export type { InboxFile } from './file.ts';
export { inboxTile } from './repository.ts';

/** One page of an inbox, what is overdue first, as this person may read it. */
export function listRequests(
  { db, clock }: Dependencies,
  inbox: RequestKind,
  filter: InboxFilter,
  readerId: number,
  page: Slice,
): Promise<Paged<InboxRow>> {
  return repository.findRequests(db, inbox, filter, readerId, overdueBefore(clock.now()), page);
}

/**
 * The file of a request, decided or not, as this person may read it.
 * @throws NotFound when the inbox has none of this number
 */
export async function getFile(
  { db, features }: Dependencies,
  inbox: RequestKind,
  id: number,
  readerId: number,
): Promise<InboxFile> {
  const file = await findFile(db, requestsOf(features), inbox, id, readerId);
  if (!file) throw new NotFound();
  return file;
}
