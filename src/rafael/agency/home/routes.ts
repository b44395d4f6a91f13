import { actorOf } from '#access/actor.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { countFigures } from '../../figures.ts';

/** « RafaelPro » of « Agence »: the way to what it keeps there, with what each holds. */
export function rafaelAgencyHomeSite({ db, clock, features }: Dependencies): GatedRouter {
  const pages = features.flatMap(({ rafaelAgency = [] }) => rafaelAgency);
  const figures = pages.flatMap((page) => page.figures ?? []);
  const site = gatedRouter();

  site.get('/agence/rafaelpro', agency, async (req, res) => {
    const bindings = { structureId: null, userId: actorOf(req).userId, now: clock.now() };
    const counts = await countFigures(db, figures, bindings);
    render(res, 'rafael/agency/home', {
      title: 'RafaelPro',
      section: 'agency',
      pages,
      figures: figures.map((figure, index) => ({ ...figure, count: counts[index] ?? 0 })),
    });
  });

  return site;
}
