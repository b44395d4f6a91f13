import type { Knex } from 'knex';
import type { Dependencies } from '../../platform/dependencies.ts';
import { PlacesByKey } from '../../platform/places.ts';

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
 */
export async function lockForDecision(trx: Knex.Transaction, keys: EnrolmentKeys): Promise<void> {
  await trx.raw('select id from users where id = ? for no key update', [keys.userId]);
  await trx.raw('select id from structures where id = ? for no key update', [keys.structureId]);
  await trx.raw('select id from actions where id = ? for no key update', [keys.actionId]);
  await trx.raw('select id from sessions where action_id = ? order by id for no key update', [keys.actionId]);
}

/**
 * The same locks for a change of a whole session: several people and structures (none where nothing is counted about
 * them), then the action with its sessions.
 */
export async function lockForSession(
  trx: Knex.Transaction,
  keys: { userIds?: readonly number[]; structureIds?: readonly number[]; actionId: number },
): Promise<void> {
  const { userIds = [], structureIds = [], actionId } = keys;
  const inOrder = (table: string) =>
    `select id from ${table} where id = any(?) order by id for no key update`;
  if (userIds.length > 0) await trx.raw(inOrder('users'), [[...userIds]]);
  if (structureIds.length > 0) await trx.raw(inOrder('structures'), [[...structureIds]]);
  await trx.raw('select id from actions where id = ? for no key update', [actionId]);
  await trx.raw('select id from sessions where action_id = ? order by id for no key update', [actionId]);
}

/** Locks several people before anything else, in the order of their ids; null is nobody. */
export async function lockPeople(trx: Knex.Transaction, userIds: (number | null)[]): Promise<void> {
  await trx.raw('select id from users where id = any(cast(? as int[])) order by id for no key update', [
    userIds.filter((id) => id !== null),
  ]);
}
