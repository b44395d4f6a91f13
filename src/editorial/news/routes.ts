import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { getNews, listNews } from './service.ts';

const PER_PAGE = 10;

/** « Actualités »: what the agency tells, beyond the latest that « Accueil » shows. */
export function newsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get('/actualites', signedIn, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const news = await listNews(dependencies, page);
    render(res, 'editorial/news/list', {
      title: 'Actualités',
      section: 'home',
      news,
      pagination: page.of(news.total),
    });
  });

  site.get('/actualites/:newsId', signedIn, async (req, res) => {
    const news = await getNews(dependencies, idParam(req, 'newsId'));
    render(res, 'editorial/news/item', { title: news.title, section: 'home', news });
  });

  return site;
}
