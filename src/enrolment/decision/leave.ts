import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { applyTransition, factsOf } from '../apply.ts';
import type { Doer } from '../doer.ts';
import { ACCOUNT_CLOSED } from '../notices/words.ts';
import { findEnrolment, findLiveOf, unmarkKept } from '../repository.ts';
import { chooseTransition } from '../transitions/table.ts';

/** What a departure from a structure did to the person's enrolments there. */
export type LeaveOutcome = {
  /** Requests that nobody had answered, withdrawn with notice. */
  withdrawn: number;
  /** Places and ranks that stay, for the agency to look at. */
  kept: number;
};

const REASONS = { left: 'La personne a quitté la structure.', closed: ACCOUNT_CLOSED } as const;

/**
 * The person leaves the structure (domain.md §7), or can no longer act for it because their account is closed: a request
 * that nobody answered is withdrawn, with its history and e-mails; whoever holds a seat or a rank keeps it. Called within
 * the transaction that detaches or closes, which holds the locks of the person and of the structure; those of the actions
 * and sessions are taken here, all before the first is withdrawn.
 */
export async function leaveStructure(
  deps: Dependencies,
  trx: Knex.Transaction,
  {
    userId,
    structureId,
    because = 'left',
  }: { userId: number; structureId: number; because?: keyof typeof REASONS },
): Promise<LeaveOutcome> {
  const by: Doer = { role: 'system', userId: null, way: 'system' };
  const outcome = { withdrawn: 0, kept: 0 };
  const live = await findLiveOf(trx, userId, structureId);
  const actionIds = live.map(({ actionId }) => actionId);
  await lock(trx, { actions: actionIds, sessionsOf: actionIds });
  for (const { id } of live) {
    const enrolment = await findEnrolment(trx, id);
    if (!enrolment) continue;
    const facts = await factsOf(trx, enrolment, deps.clock.now());
    const choice = chooseTransition('leave', enrolment.state, 'system', facts);
    if (choice.ok) {
      const change = { transition: choice.transition, by, reason: REASONS[because] };
      await applyTransition(deps, trx, enrolment, change, facts);
      outcome.withdrawn += 1;
    } else {
      // Left to the person after an earlier departure: this one is to be examined anew.
      await unmarkKept(trx, id);
      outcome.kept += 1;
    }
  }
  return outcome;
}

/** {@link leaveStructure} for every structure of somebody whose account has been closed. */
export async function leaveClosed(
  deps: Dependencies,
  trx: Knex.Transaction,
  { userId }: { userId: number },
): Promise<LeaveOutcome> {
  const outcome = { withdrawn: 0, kept: 0 };
  const structureIds: number[] = await trx('affiliations')
    .where({ user_id: userId })
    .orderBy('structure_id')
    .pluck('structure_id');
  for (const structureId of structureIds) {
    const { withdrawn, kept } = await leaveStructure(deps, trx, { userId, structureId, because: 'closed' });
    outcome.withdrawn += withdrawn;
    outcome.kept += kept;
  }
  return outcome;
}
