import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { findable } from '#platform/web/robots.ts';
import { render } from '#platform/web/views/render.ts';
import { getHome } from './service.ts';

/** « Accueil »; a visitor is sent to sign in (domain.md §10), without an address to come back to: this is the default. */
export function homeSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/', anyone, findable(), async (req, res) => {
    if (!req.user) return res.redirect(303, '/connexion');
    render(res, 'spaces/home/home', {
      title: 'Accueil',
      section: 'home',
      home: await getHome(dependencies, req.user),
    });
  });

  return site;
}
