import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';

/** ParcoursPro: the catalogue, the requests for a place, and the space of each profile. */
export function parcoursProSite(_dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use((req, res, next) => {
    if (req.path.startsWith('/parcourspro')) res.locals.layout = 'parcourspro';
    next();
  });
  return site;
}
