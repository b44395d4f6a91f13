import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Discrepancy, DiscrepancyKind } from './repository.ts';
import { findDiscrepancies, writeReason } from './repository.ts';

export type { Discrepancy } from './repository.ts';
export { findDiscrepancies } from './repository.ts';

/** How pages and the sheet name a discrepancy. */
export const discrepancyLabels: Readonly<Record<DiscrepancyKind, string>> = Object.freeze({
  marked_unsigned: 'Présence notée, sans signature',
  signed_absent: 'Absence notée, avec une signature',
  unconfirmed: 'Signature en retard, non confirmée',
});

/** What tells a discrepancy from another of its session. */
export const discrepancyKey = ({
  enrolmentId,
  slotId,
}: Pick<Discrepancy, 'enrolmentId' | 'slotId'>): string => `${enrolmentId}-${slotId}`;

/**
 * Keeps why marks and signatures differ. What no longer differs is left out, as is one's own: somebody else says it.
 * @param reasons by {@link discrepancyKey}
 * @returns how many were explained
 * @throws NotFound and Forbidden as every change of a session
 */
export async function explain(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  reasons: ReadonlyMap<string, string>,
): Promise<number> {
  return changeSession(deps, sessionId, by, async (trx) => {
    const at = deps.clock.now();
    const found = await findDiscrepancies(trx, sessionId);
    let explained = 0;
    for (const one of found) {
      const reason = reasons.get(discrepancyKey(one));
      if (!reason || reason === one.reason || one.userId === by.userId) continue;
      const { enrolmentId, startsAt, endsAt, kind } = one;
      await writeReason(trx, { enrolmentId, startsAt, endsAt, kind, reason, at, by: by.userId as number });
      explained += 1;
    }
    if (explained > 0) {
      await recordAudit(trx, {
        action: 'attendance.discrepancies_explained',
        at,
        actorId: by.userId,
        subject: { kind: 'session', id: sessionId },
        details: { explained },
      });
    }
    return explained;
  });
}
