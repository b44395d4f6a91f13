import { readsOffers } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { cardOf } from './presentation.ts';
import { readSearch, type SearchQuery } from './schemas.ts';
import { searchOffers } from './service.ts';
import { SEARCH, searchHref, sortOf, sortsOf } from './understanding.ts';

const SORTS = { pertinence: 'Pertinence', date: 'Date', distance: 'Distance' } as const;

/** « Trouver une formation »: the training offer of all bodies. */
export function rafaelSearchSite(dependencies: Dependencies): GatedRouter {
  const { clock, config } = dependencies;
  const site = gatedRouter();

  site.get(SEARCH, readsOffers, costlyPages(config), async (req, res) => {
    const query = readSearch(req.query as Fields);
    const { form, chips, total, page, pages, offers, isApproximate, isCentreKnown } = await searchOffers(
      dependencies,
      query,
    );
    render(res, 'rafael/search/search', {
      title: titleOf(query, page, pages),
      section: 'rafael-search',
      styles: ['css/spaces.css', 'css/catalogue.css', 'css/rafael.css'],
      ...form,
      searchPath: SEARCH,
      chips,
      isAdvanced: isAdvanced(query),
      total,
      page,
      pages,
      isApproximate,
      isCentreKnown,
      advice: adviceFor(query, chips.length),
      hrefOf: (other: number) => searchHref({ ...query, page: other }),
      sorts: sortsOf(query).map((tri) => ({
        label: SORTS[tri],
        href: searchHref({ ...query, tri, page: 1 }),
        isCurrent: sortOf(query) === tri,
      })),
      cards: offers.map((offer) => cardOf(offer, clock.now())),
    });
  });

  return site;
}

function titleOf({ q }: SearchQuery, page: number, pages: number): string {
  const what = q ? `Formations\u00a0: «\u00a0${q}\u00a0»` : 'Trouver une formation';
  return page > 1 ? `${what}, page ${page} sur ${pages}` : what;
}

/** Whether a filter of « Plus de critères » is in use. */
const isAdvanced = (query: SearchQuery): boolean =>
  Boolean(
    query.niveau ||
      query.modalite ||
      query.entrees ||
      query.programme ||
      query.public ||
      query.organisme ||
      query.du ||
      query.au ||
      query.certifiante ||
      query.conventionnee ||
      query.places ||
      query.reunion ||
      query.passees,
  );

/** What to try where nothing is found. */
function adviceFor({ passees }: SearchQuery, filters: number): string {
  if (filters > 1) return 'Retirez un critère, ou élargissez la distance et les dates.';
  if (filters === 1 && !passees)
    return 'Essayez d’autres mots, ou cherchez aussi parmi les formations sans session à venir.';
  return filters === 1
    ? 'Essayez d’autres mots ou un autre critère.'
    : 'Aucun organisme n’a encore publié de formation avec une session à venir.';
}
