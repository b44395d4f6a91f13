import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { overdueBefore } from '../../portal/account-requests/rules.ts';
import { requestsOf } from '../../requests/request.ts';
import { lateBefore } from '../emails/service.ts';
import { findAgencyWaiting } from './repository.ts';

/** « Agence »: what waits, with the way to each list. */
export function agencyHomeSite({ db, clock, features }: Dependencies): GatedRouter {
  const site = gatedRouter();
  const queues = requestsOf(features);

  site.get('/agence', agency, async (_req, res) => {
    const now = clock.now();
    res.render('agency/home', {
      title: 'Agence',
      section: 'agency',
      queues,
      waiting: await findAgencyWaiting(db, queues, {
        now,
        overdueBefore: overdueBefore(now),
        lateBefore: lateBefore(now),
      }),
    });
  });

  return site;
}
