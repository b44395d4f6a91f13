import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Forbidden, NotFound } from '#platform/errors.ts';
import { OWN_REQUEST } from '#requests/deciders.ts';
import { markKept } from './repository.ts';

/**
 * Leaves their place to somebody who left the structure: it goes out of the list of those to examine.
 * @param byUserId the manager of the agency who examined it
 * @throws NotFound when it is not in that list, or no longer; Forbidden when it is their own
 */
export async function leavePlace(
  { db, clock }: Dependencies,
  enrolmentId: number,
  byUserId: number,
): Promise<void> {
  await db.transaction(async (trx) => {
    const at = clock.now();
    const place = await markKept(trx, { id: enrolmentId, byUserId, now: at });
    if (!place) throw new NotFound();
    if (place.userId === byUserId) throw new Forbidden(OWN_REQUEST);
    await recordAudit(trx, {
      action: 'enrolment.kept',
      at,
      actorId: byUserId,
      personId: place.userId,
      structureId: place.structureId,
      subject: { kind: 'enrolment', id: enrolmentId },
    });
  });
}
