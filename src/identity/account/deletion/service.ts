import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { endRequest, findRequests, withdraw } from '#requests/decide.ts';
import type { Asked } from '#requests/request.ts';
import { lockOpened, openWithPassword } from '../service.ts';
import { deletionRequestedMessage } from './mails.ts';
import * as repository from './repository.ts';
import { deletionRequest } from './request.ts';
import { type Blocker, deletionBlockers } from './rules.ts';

export { anonymise, forgetName } from './anonymise.ts';
export { lockSurroundings } from './repository.ts';

/** Something that whoever deletes their account may still choose. */
export interface DeletionNotice {
  title: string;
  text: string;
  link: { href: string; label: string };
}

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** What it has to say to somebody who is about to delete their account; undefined where it has nothing of theirs. */
    beforeDeletion?(db: Knex, userId: number): Promise<DeletionNotice | undefined>;
  }
}

/** Where the person stands: what is in the way, what they may choose before, and when they asked if they did. */
export async function deletionOutlook(
  { db, clock, features }: Dependencies,
  userId: number,
): Promise<{ blockers: Blocker[]; requestedAt: Date | null; notices: DeletionNotice[] }> {
  const facts = await repository.readFacts(db, userId, clock.now());
  const notices: DeletionNotice[] = [];
  for (const { beforeDeletion } of features) {
    const notice = await beforeDeletion?.(db, userId);
    if (notice) notices.push(notice);
  }
  return { blockers: deletionBlockers(facts), requestedAt: facts.requestedAt, notices };
}

/**
 * Asks the agency to delete the account. What stands against it is looked at again, under every lock, when the agency
 * carries it out.
 * @returns false when it is not the present password
 * @throws Conflict with what is in the way, or when it was asked for already
 */
export async function requestDeletion(
  deps: Dependencies,
  userId: number,
  password: string,
): Promise<boolean> {
  const { db, clock, mail, config } = deps;
  const opened = await openWithPassword(deps, userId, password);
  if (!opened) return false;
  return db.transaction(async (trx) => {
    const account = await lockOpened(trx, opened);
    if (!account) return false;
    const now = clock.now();
    const facts = await repository.readFacts(trx, userId, now);
    if (facts.requestedAt) throw new Conflict('Vous avez déjà demandé la suppression de votre compte.');
    const blockers = deletionBlockers(facts);
    if (blockers.length > 0) throw new Conflict(blockers.map(({ message }) => message).join(' '));
    await repository.insertRequest(trx, userId, now);
    await recordAudit(trx, { action: 'account.deletion_asked', at: now, personId: userId });
    await mail.enqueue(trx, deletionRequestedMessage(account, now, config));
    return true;
  });
}

/**
 * The person takes the request back.
 * @throws Conflict when it no longer waits
 */
export async function withdrawDeletion(deps: Dependencies, userId: number): Promise<void> {
  const pending = await findPending(deps.db, userId);
  if (!pending) throw new Conflict('Aucune demande de suppression n’est en attente.');
  await withdraw(deps, deletionRequest, { requestId: pending.id, userId });
}

/** Ends a request of somebody who is anonymised anyway; the person must be locked. */
export async function endDeletionRequest(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  const pending = await findPending(trx, userId);
  if (pending) await endRequest(trx, deletionRequest, pending.id, { state: 'carried_out', at, userId: null });
}

const findPending = async (db: Knex, userId: number): Promise<Asked | undefined> =>
  (await findRequests(db, deletionRequest, `q.user_id = :userId and q.state = 'pending'`, { userId }))[0];
