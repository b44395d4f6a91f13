import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { isoDay } from '#platform/french/time.ts';
import { exportPerson } from '#platform/personal-data.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';

/** « Télécharger mes données » (domain.md §4): what is kept of the person, as a JSON file. A POST: the journal notes it. */
export function myDataSite({ db, clock, features }: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.post('/mon-compte/mes-donnees', signedIn, async (req, res) => {
    const { userId } = actorOf(req);
    const data = await exportPerson({ db, features }, userId);
    if (!data) throw new NotFound();
    const now = clock.now();
    await recordAudit(db, { action: 'account.data_downloaded', at: now, personId: userId });
    res.attachment(`mes-donnees-${isoDay(now)}.json`);
    res.type('application/json').send(`${JSON.stringify({ exportedAt: now, ...data }, null, 2)}\n`);
  });

  return site;
}
