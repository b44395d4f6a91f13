import { rafaelSeat, readsOffers } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { offerView } from './presentation.ts';
import { findOffer } from './repository.ts';

/** The page of a formation that is published: where, when, for whom, how many places, whom to ask. */
export function formationSite({ db, clock }: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/rafaelpro/formations/:offerId', readsOffers, async (req, res) => {
    const now = clock.now();
    const found = await findOffer(db, idParam(req, 'offerId'), now);
    if (!found) throw new NotFound();
    const seat = rafaelSeat(req);
    const isOwn = seat?.keepsCatalogue === true && seat.structureId === found.structureId;
    render(res, 'rafael/formation/formation', {
      title: found.title,
      section: 'rafael-search',
      styles: ['css/spaces.css', 'css/catalogue.css', 'css/rafael.css'],
      offer: offerView(found, now),
      editHref: isOwn ? `/rafaelpro/catalogue/formations/${found.id}` : undefined,
    });
  });

  return site;
}
