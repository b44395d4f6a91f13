import { managers } from '#access/recipients.ts';
import type { Verdict } from '#access/rights.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { notInStructure } from '../people/service.ts';
import { detachedMessage, keptPlacesMessage } from './mails.ts';
import type { Leaver } from './repository.ts';
import * as repository from './repository.ts';
import { mayDetach } from './rules.ts';

/** Whom to detach from which structure, and who does it. */
export interface Departure {
  structureId: number;
  userId: number;
  byUserId: number;
}

/**
 * For the page that asks to confirm: the person, and whether they may be detached.
 * @throws NotFound when the person does not belong to the structure
 */
export async function getLeaver(
  { db }: Dependencies,
  { structureId, userId, byUserId }: Departure,
): Promise<{ leaver: Leaver; verdict: Verdict }> {
  const leaver = await repository.findLeaver(db, structureId, userId, byUserId);
  if (!leaver) throw notInStructure(structureId);
  return { leaver, verdict: mayDetach({ ...leaver, isSelf: userId === byUserId }) };
}

/**
 * Detaches a person from a structure (domain.md §4, and §7 « The person leaves the structure »), in one transaction: the
 * affiliation and its rights, the requests that nobody answered, and the e-mails. Their other structures stay.
 * @throws NotFound when the person does not belong to the structure
 * @throws Forbidden when the one who clicks may no longer do it; Conflict with the reason when a rule stands against it
 */
export async function detachPerson(
  deps: Dependencies,
  departure: Departure,
): Promise<{ name: string; kept: number }> {
  const { db, clock, mail, config } = deps;
  const { structureId, userId, byUserId } = departure;
  return db.transaction(async (trx) => {
    await lock(trx, { people: [userId], structures: [structureId] });
    const leaver = await repository.findLeaver(trx, structureId, userId, byUserId);
    if (!leaver) throw notInStructure(structureId);
    if (!leaver.byAgency && !leaver.byReferent) {
      throw new Forbidden('Vous n’êtes plus référent de cette structure.');
    }
    const verdict = mayDetach({ ...leaver, isSelf: userId === byUserId });
    if (verdict !== true) throw new Conflict(verdict);
    const { kept = 0 } = await emit(deps, trx, 'affiliation.ending', { userId, structureId, byUserId });
    await repository.removeAffiliation(trx, leaver.affiliationId);
    await recordAudit(trx, {
      action: 'affiliation.detached',
      at: clock.now(),
      actorId: byUserId,
      personId: userId,
      structureId,
      details: { kept },
    });
    await mail.enqueue(trx, detachedMessage(leaver, kept, config));
    if (kept > 0) {
      for (const manager of await managers(trx)) {
        await mail.enqueue(trx, keptPlacesMessage(manager, leaver, kept));
      }
    }
    return { name: `${leaver.firstName} ${leaver.lastName}`, kept };
  });
}
