import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { findKeptPlaces } from './repository.ts';

const PER_PAGE = 25;

/** Places of people who left the structure: flagged to the agency, never cancelled silently (DOMAIN §7). */
export function agencyDeparturesSite({ db, clock }: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/agence/departs', agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const places = await findKeptPlaces(db, clock.now(), page);
    res.render('agency/departures', {
      title: 'Inscriptions après un départ',
      section: 'agency',
      places,
      pagination: page.of(places.total),
    });
  });

  return site;
}
