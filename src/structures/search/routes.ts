import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { structureQuery } from '#platform/search-terms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { findSelectableStructures, findStructures } from './service.ts';

export { structureQuery } from '#platform/search-terms.ts';

/** « Recherche d’une structure »: a page, or JSON for the box that completes while typing (domain.md §10). */
export function structureSearchSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  site.get('/structures/recherche', anyone, counted, async (req, res) => {
    const q = structureQuery.parse(req.query.q);
    res.vary('Accept');
    if (req.accepts(['html', 'json']) === 'json') {
      res.json(await findSelectableStructures(dependencies, q));
      return;
    }
    render(res, 'structures/search/search', {
      title: 'Rechercher une structure',
      section: '',
      q,
      results: await findStructures(dependencies, q),
    });
  });

  return site;
}
