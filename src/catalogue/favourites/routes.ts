import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { TAB_STYLES, tabPage } from '../my-space-tabs.ts';
import { addFavourite, listFavourites, removeFavourite } from './service.ts';

const PER_PAGE = 12;

/** « Mes favoris », a tab of « Mon espace personnel », and the heart of an action's page. */
export function favouritesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/parcourspro/favoris', signedIn, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const favourites = await listFavourites(dependencies, actorOf(req).userId, page);
    render(res, 'catalogue/favourites/page', {
      ...tabPage('favourites', favourites.counts, actorOf(req)),
      styles: TAB_STYLES,
      favourites,
    });
  });

  site.post('/parcourspro/actions/:slug/favori', signedIn, async (req, res) => {
    const slug = String(req.params.slug);
    const title = await addFavourite(dependencies, actorOf(req).userId, slug);
    res.flash(`« ${title} » est dans vos favoris.`);
    res.redirect(303, `/parcourspro/actions/${slug}`);
  });

  site.post('/parcourspro/actions/:slug/favori/retirer', signedIn, async (req, res) => {
    await removeFavourite(dependencies, actorOf(req).userId, String(req.params.slug));
    res.flash('Cette action n’est plus dans vos favoris.');
    const back = firstOf((req.body as Fields).retour);
    res.redirect(303, localPath(back, '/parcourspro/favoris'));
  });

  return site;
}
