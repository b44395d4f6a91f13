import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { deciderOfStructure } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { detachPerson, getLeaver } from './service.ts';

/** « Détacher »: the red chain link of the people list, and the page that asks to confirm (guide 004, 3). */
export function departuresSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const address = '/mes-structures/:structureId/personnes/:memberId/detacher';

  site.get(address, deciderOfStructure, async (req, res) => {
    const found = await getLeaver(dependencies, departureOf(req));
    render(res, 'structures/departures/detach', {
      title: 'Détacher une personne',
      section: 'structures',
      ...found,
    });
  });

  site.post(address, deciderOfStructure, async (req, res) => {
    const departure = departureOf(req);
    const { name, kept } = await detachPerson(dependencies, departure);
    const places = kept > 0 ? ' Ses inscriptions en cours sont signalées à Cap Métiers.' : '';
    res.flash(`${name} ne fait plus partie de la structure.${places}`);
    // Somebody of the agency who detached themself may still open the page.
    res.redirect(303, `/mes-structures/${departure.structureId}`);
  });

  return site;
}

const departureOf = (req: Request) => ({
  structureId: idParam(req, 'structureId'),
  userId: idParam(req, 'memberId'),
  byUserId: actorOf(req).userId,
});
