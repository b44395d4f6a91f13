import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { closeService, listOpenedServices } from './service.ts';

const PAGE = '/mon-compte/services';

/** « Services ouverts » of « Mon compte »: what the account has opened, with which data, and the way to close it. */
export function openedServicesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(PAGE, signedIn, async (req, res) => {
    const services = await listOpenedServices(dependencies, actorOf(req).userId);
    render(res, 'sso/account/services', {
      title: 'Services ouverts',
      section: 'account',
      open: services.filter(({ open }) => open > 0),
      past: services.filter(({ open }) => open === 0),
    });
  });

  site.post(`${PAGE}/:serviceId/fermer`, signedIn, async (req, res) => {
    await closeService(dependencies, actorOf(req).userId, idParam(req, 'serviceId'));
    res.flash('Le service est fermé\u00a0: il redemandera votre compte à la prochaine visite.');
    res.redirect(303, PAGE);
  });

  return site;
}
