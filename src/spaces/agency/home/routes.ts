import { actorOf } from '#access/actor.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { findWaiting } from '#platform/tiles.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { inboxTile } from '#requests/inbox/service.ts';
import { requestsOf } from '#requests/request.ts';

/** « Agence »: what waits, with the way to each list. */
export function agencyHomeSite({ db, clock, features }: Dependencies): GatedRouter {
  const declared = features.flatMap((feature) => feature.tiles ?? []).filter(({ home }) => home === 'agency');
  const tiles = [...requestsOf(features).map(inboxTile), ...declared];
  const managed = features.flatMap((feature) => feature.managed ?? []);
  const site = gatedRouter();

  site.get('/agence', agency, async (req, res) => {
    const found = await findWaiting(db, tiles, actorOf(req).userId, clock.now());
    render(res, 'spaces/agency/home', {
      title: 'Agence',
      section: 'agency',
      tiles: tiles.map((tile, index) => ({ ...tile, ...found[index]?.[0] })),
      managed,
    });
  });

  return site;
}
