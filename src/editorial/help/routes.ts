import { anyone } from '#access/policies.ts';
import { NotFound } from '#platform/errors.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { findable } from '#platform/web/robots.ts';
import { render } from '#platform/web/views/render.ts';
import { helpArticles, THEMES } from './library.ts';
import { searchArticles } from './search.ts';
import { waysOf } from './ways.ts';

const helpQuery = searchText(120);

/** « Aide » (domain.md §4): questions, answers and tutorials, for visitors too. The articles are read once, at the start. */
export function helpSite(): GatedRouter {
  const articles = helpArticles();
  const bySlug = new Map(articles.map((article) => [article.slug, article]));
  const themes = THEMES.map((title) => ({
    title,
    articles: articles.filter(({ theme }) => theme === title),
  }));
  const site = gatedRouter();

  site.get('/aide', anyone, findable(), (req, res) => {
    const q = helpQuery.parse(req.query.q);
    render(res, 'editorial/help/home', {
      title: q === '' ? 'Aide' : `Aide\u00a0: ${q}`,
      section: 'help',
      q,
      themes,
      found: searchArticles(articles, q),
    });
  });

  site.get('/aide/:article', anyone, findable(), (req, res) => {
    const article = bySlug.get(String(req.params.article));
    if (!article) throw new NotFound('Cet article n’existe pas, ou n’existe plus. Cherchez dans l’aide.');
    const { html, ways } = waysOf(article.html, req.user);
    const shown = { ...article, html };
    render(res, 'editorial/help/article', { title: article.title, section: 'help', article: shown, ways });
  });

  return site;
}
