import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { each } from '#platform/jobs/each.ts';
import { readRafaelSettings } from '../../settings/service.ts';
import { toConfirmMessage, unpublishedMessage } from './mails.ts';
import type { Moments } from './repository.ts';
import * as repository from './repository.ts';
import { askedBefore, leavesBefore } from './rules.ts';

function momentsOf(now: Date): Moments {
  const { confirmed, reminded } = leavesBefore(now);
  return {
    now,
    today: parisDay(now).toString(),
    askedBefore: askedBefore(now),
    confirmedBefore: confirmed,
    remindedBefore: reminded,
  };
}

/**
 * Asks each body, once, whether what it has not confirmed for long is still right, and tells it of sessions that are over
 * and still open; what nobody answered about leaves the offer, where the agency has set it so. Done twice, it is done once.
 * @returns how many bodies were told
 */
export async function tendCatalogues(deps: Dependencies): Promise<number> {
  const { db, clock, mail, log } = deps;
  const now = clock.now();
  const moments = momentsOf(now);
  const { unpublishesUnconfirmed } = await readRafaelSettings(db);
  let told = 0;
  const tend = (structureId: number) =>
    db.transaction(async (trx) => {
      await lock(trx, { structures: [structureId] });
      const due = await repository.findDue(trx, structureId, moments);
      // Where nobody keeps the catalogue, whoever does next is told.
      if (!due || due.keepers.length === 0) return;
      const { toConfirm, past, leaving, keepers } = due;
      if (toConfirm.length + past.length + leaving.length === 0) return;
      await repository.noteTold(trx, due, now);
      if (leaving.length > 0) {
        await repository.unpublish(trx, leaving, now);
        await recordAudit(trx, {
          action: 'offers.lapsed',
          at: now,
          actorId: null,
          structureId,
          details: { formations: leaving.length },
        });
      }
      for (const keeper of keepers) {
        if (toConfirm.length + past.length > 0)
          await mail.enqueue(trx, toConfirmMessage(keeper, due, unpublishesUnconfirmed));
        if (leaving.length > 0) await mail.enqueue(trx, unpublishedMessage(keeper, due));
      }
      told += 1;
    });
  await each(await repository.findBodiesDue(db, moments), tend, { log });
  return told;
}
