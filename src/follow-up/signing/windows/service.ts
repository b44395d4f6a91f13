import { recordAudit } from '#audit/service.ts';
import { transactionAt } from '#enrolment/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { lockChainFor } from '../trainers/still-good.ts';
import { findSigningSlot, type SigningSlot, writeWindow } from './repository.ts';
import { type ByHand, changedByHand } from './rules.ts';

export type { SigningSlot } from './repository.ts';
export { findSigningSlot } from './repository.ts';

/** Somebody of the training body who runs a half-day; or a trainer, by the link that this person gave. */
export interface Runner {
  userId: number;
  link: { id: number; trainerName: string } | null;
}

/**
 * Opens or closes the signing of a half-day by hand.
 * @throws Conflict with the reason where it cannot be; NotFound for a half-day that is there no more
 */
export async function changeWindow(
  deps: Dependencies,
  { sessionId, actionId, id: slotId }: Pick<SigningSlot, 'sessionId' | 'actionId' | 'id'>,
  change: ByHand,
  by: Runner,
): Promise<void> {
  await transactionAt(deps, actionId, async (trx) => {
    await lockChainFor(trx, sessionId, by.link?.id ?? null);
    const slot = await findSigningSlot(trx, slotId);
    if (!slot) throw new NotFound();
    const now = deps.clock.now();
    const changed = changedByHand(slot, change, now);
    if (typeof changed === 'string') throw new Conflict(changed);
    await writeWindow(trx, { ...slot, ...changed });
    await recordAudit(trx, {
      action: change === 'open' ? 'attendance.signing_opened' : 'attendance.signing_closed',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { by_link: by.link !== null },
    });
  });
}
