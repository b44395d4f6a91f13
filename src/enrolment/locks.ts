import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { PlacesByKey } from '#platform/places.ts';

/**
 * How many requests may be at one action at once, in this process: enough to keep its lock busy. The others wait their
 * turn without a connection, so that a crowd at one action, or an action that something else holds locked, leaves
 * the database to everybody else.
 */
const AT_ONE_ACTION = 4;
const PATIENCE_MS = 3_000;
const actions = new PlacesByKey(AT_ONE_ACTION, PATIENCE_MS);

/**
 * Runs the transaction of somebody who changes something about an action; `work` begins by locking it.
 * @throws Busy when too many others are at it; nothing was done then
 */
export function transactionAt<T>(
  { db }: Pick<Dependencies, 'db'>,
  actionId: number,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return actions.with(actionId, () => db.transaction(work));
}

/** The four rows that a change of an enrolment depends on. */
export interface EnrolmentKeys {
  userId: number;
  structureId: number;
  actionId: number;
  sessionId: number;
}

/**
 * Locks, in the one order of the application (person, structure, action, sessions), what a decision counts on.
 * Counting comes in a later statement: in READ COMMITTED it then sees what the previous holder committed, whereas
 * locking and counting in one statement oversells. All sessions of the action are locked, because rule 2 counts over
 * them and a freed seat can move any of their queues.
 * @param linkHolderId whose e-mailed link decides: it ends with their password
 */
export function lockForDecision(
  trx: Knex.Transaction,
  keys: EnrolmentKeys,
  linkHolderId: number | null = null,
): Promise<void> {
  const { userId, structureId, actionId } = keys;
  return lock(trx, {
    people: [userId, linkHolderId],
    structures: [structureId],
    actions: [actionId],
    sessionsOf: [actionId],
  });
}

/**
 * The same locks for a change of a whole session: several people and structures (none where nothing is counted about
 * them), then the action with its sessions.
 */
export function lockForSession(
  trx: Knex.Transaction,
  keys: { userIds?: readonly number[]; structureIds?: readonly number[]; actionId: number },
): Promise<void> {
  const { userIds, structureIds, actionId } = keys;
  return lock(trx, {
    people: userIds,
    structures: structureIds,
    actions: [actionId],
    sessionsOf: [actionId],
  });
}
