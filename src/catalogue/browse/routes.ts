import type { RequestHandler } from 'express';
import type { Actor } from '#access/actor.ts';
import { mustChooseProfile } from '#access/last-profile.ts';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Chip } from '#platform/finding/chips.ts';
import { formatDay, parisDay, parisMoment } from '#platform/french/time.ts';
import { sharedPages } from '#platform/web/compression/shared-pages.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { findable } from '#platform/web/robots.ts';
import { render } from '#platform/web/views/render.ts';
import { getPublicDocument, sendDocument } from '#training/action-documents/reading/service.ts';
import { rssFeed } from './feeds/rss.ts';
import { descriptionOf, structuredData } from './feeds/structured-data.ts';
import { actionView, cardOf } from './presentation.ts';
import { readSearch, type SearchQuery } from './schemas.ts';
import { searchForm } from './search/form.ts';
import { PER_PAGE, searchHref, sortOf } from './search/search.ts';
import {
  ActionMoved,
  type ActionPage,
  getAccessRules,
  getAction,
  getSearchCalendar,
  getSessionCalendar,
  homeReading,
  normaliseSearch,
  searchCatalogue,
} from './service.ts';

const STYLES = ['css/catalogue.css'];
/** A feed is the same for everybody: readers that ask often are answered from what they have for a while. */
const FEED_CACHE = 'public, max-age=300';
/** Actions in a feed: readers keep what they have seen. */
const FEED_ACTIONS = 50;

/** The public catalogue of ParcoursPro: home, search, action pages, access conditions. */
export function catalogueSite(dependencies: Dependencies): GatedRouter {
  const { clock, config } = dependencies;
  const site = gatedRouter();
  const shared = sharedPages(config.visitorPagesMs);
  const getHome = homeReading(dependencies);
  // After the shared pages: those who are answered with somebody else’s cost nothing.
  const counted = costlyPages(config);

  site.get('/parcourspro', anyone, findable(), shared, async (req, res) => {
    if (req.user && mustChooseProfile(req.user, req.session.profile)) {
      return res.redirect(303, '/parcourspro/profil');
    }
    const { lists, next } = await getHome();
    render(res, 'catalogue/browse/home', {
      title: 'ParcoursPro, bien plus que des formations',
      section: 'catalogue',
      styles: STYLES,
      ...searchForm(readSearch({}), lists),
      isAdvanced: false,
      cards: next.map((action) => cardOf(action, clock.now())),
      space: req.user && spaceOf(req.user),
    });
  });

  // Filters are pages, with one address each; words that somebody typed are not.
  site.get(
    '/parcourspro/actions',
    anyone,
    findable(({ q }) => !q),
    shared,
    counted,
    async (req, res) => {
      const query = readSearch(req.query as Fields);
      const { lists, found, chips, isAdvanced } = await searchCatalogue(dependencies, query);
      const pages = Math.max(1, Math.ceil(found.total / PER_PAGE));
      render(res, 'catalogue/browse/search', {
        title: searchTitle(query, found.page, pages),
        section: 'catalogue',
        styles: STYLES,
        ...searchForm(query, lists, found),
        chips,
        isAdvanced,
        total: found.total,
        isApproximate: found.isApproximate,
        isCentreKnown: found.isCentreKnown,
        saved: {
          form: emptyForm({ nom: nameFor(chips), alerte: '1' }),
          search: normaliseSearch(searchHref(query, '').slice(1)),
        },
        advice: adviceFor(query, chips.length),
        page: found.page,
        pages,
        hrefOf: (page: number) => searchHref({ ...query, page }),
        // The same results have one address, whatever the order of the filters and of the list.
        canonical: config.publicUrl + searchHref({ ...query, tri: undefined }),
        feed: {
          title: 'Résultats de cette recherche',
          href: searchHref({ ...query, page: 1 }, '/parcourspro/actions.rss'),
        },
        calendarHref: searchHref({ ...query, page: 1, tri: undefined }, '/parcourspro/actions.ics'),
        sorts: (['pertinence', 'date'] as const).map((tri) => ({
          label: tri === 'date' ? 'Date' : 'Pertinence',
          href: searchHref({ ...query, tri, page: 1 }),
          isCurrent: sortOf(query) === tri,
        })),
        cards: found.actions.map((action) => cardOf(action, clock.now())),
      });
    },
  );

  site.get('/parcourspro/actions.rss', anyone, counted, async (req, res) => {
    const query = { ...readSearch(req.query as Fields), page: 1 };
    const { found } = await searchCatalogue(dependencies, query, {
      sort: 'published',
      perPage: FEED_ACTIONS,
    });
    res.set('Cache-Control', FEED_CACHE).type('application/rss+xml; charset=utf-8');
    res.send(
      rssFeed({
        title: `${searchTitle(query, 1, 1)} – ParcoursPro`,
        link: config.publicUrl + searchHref(query),
        self: config.publicUrl + searchHref(query, '/parcourspro/actions.rss'),
        base: config.publicUrl,
        entries: found.actions.map((action) => ({
          card: cardOf(action, clock.now()),
          publishedAt: new Date(action.publishedAt),
        })),
      }),
    );
  });

  site.get('/parcourspro/actions.ics', anyone, counted, async (req, res) => {
    const query = { ...readSearch(req.query as Fields), page: 1 };
    const calendar = await getSearchCalendar(dependencies, query);
    res.set('Cache-Control', FEED_CACHE);
    res.attachment('actions.ics').type('text/calendar; charset=utf-8; method=PUBLISH').send(calendar);
  });

  site.get('/parcourspro/actions/:slug', anyone, findable(), shared, counted, async (req, res) => {
    let action: ActionPage;
    try {
      action = await getAction(dependencies, req.user, String(req.params.slug));
    } catch (error) {
      if (!(error instanceof ActionMoved)) throw error;
      return res.redirect(301, `/parcourspro/actions/${error.slug}`);
    }
    render(res, 'catalogue/browse/action', {
      title: action.title,
      section: 'catalogue',
      styles: STYLES,
      action: actionView(action, req.user, clock.now()),
      sharing: {
        title: action.title,
        description: descriptionOf(action),
        url: `${config.publicUrl}/parcourspro/actions/${action.slug}`,
      },
      structuredData: structuredData(action, `${config.publicUrl}/parcourspro/actions/${action.slug}`),
    });
  });

  site.get('/parcourspro/actions/:slug/seances/:sessionId.ics', anyone, async (req, res) => {
    const { slug, sessionId } = req.params as Record<string, string>;
    const calendar = await getSessionCalendar(dependencies, slug ?? '', sessionId ?? '');
    res.attachment(`${slug}.ics`).type('text/calendar; charset=utf-8; method=PUBLISH').send(calendar);
  });

  site.get('/parcourspro/actions/:slug/documents/:attachmentId', anyone, async (req, res) => {
    const document = await getPublicDocument(
      dependencies,
      String(req.params.slug),
      idParam(req, 'attachmentId'),
    );
    await sendDocument(dependencies, req, res, document, 'public');
  });

  const conditions: RequestHandler = async (_req, res) => {
    const rules = await getAccessRules(dependencies);
    const { staggeredUntil } = rules;
    const isStaggered = staggeredUntil !== null && staggeredUntil >= parisDay(clock.now()).toString();
    render(res, 'catalogue/browse/condition', {
      title: 'Conditions d’accès',
      section: 'catalogue',
      styles: STYLES,
      rules,
      staggeredUntil: isStaggered ? formatDay(parisMoment(staggeredUntil, '12:00')) : undefined,
    });
  };
  site.get('/parcourspro/condition', anyone, findable(), conditions);
  site.get('/condition', anyone, conditions);

  site.get('/parcourspro/a-propos', anyone, findable(), (_req, res) => {
    render(res, 'catalogue/browse/about', { title: 'À propos', section: 'catalogue', styles: STYLES });
  });

  site.get('/parcourspro/contact', anyone, findable(), (_req, res) => {
    render(res, 'catalogue/browse/contact', {
      title: 'Contactez-nous',
      section: 'catalogue',
      styles: STYLES,
      sender: /<([^>]+)>/.exec(config.mailFrom)?.[1] ?? config.mailFrom,
    });
  });

  return site;
}

/** The space of the profile under which somebody acts. */
function spaceOf({ profile }: Actor): { text: string; label: string; href: string } | undefined {
  return profile
    ? {
        beneficiary: {
          text: 'Vos demandes et vos inscriptions vous attendent dans votre',
          label: 'espace personnel',
          href: '/parcourspro/mon-espace',
        },
        hr_validator: {
          text: 'Les demandes de votre structure vous attendent dans l’espace',
          label: 'Valideur RH',
          href: '/parcourspro/valideur',
        },
        provider: {
          text: 'Vos actions et leurs participants vous attendent dans l’espace',
          label: 'Prestataire',
          href: '/parcourspro/prestataire',
        },
      }[profile.right]
    : undefined;
}

/** A name that the person may keep for a search. */
function nameFor(chips: readonly Chip[]): string {
  const name = chips.map(({ label }) => label.replace(/^« | »$/g, '')).join(', ');
  return [...name].slice(0, 80).join('').trim();
}

/** What somebody who found nothing can do. */
function adviceFor({ du, au }: SearchQuery, criteria: number): string {
  if (du !== '' && au !== '' && au < du)
    return 'La fin de la période est avant son début\u00a0: corrigez l’une des deux dates.';
  return criteria > 1
    ? 'Retirez un critère ci-dessus, ou élargissez la localisation\u00a0: un rayon plus grand, le département.'
    : 'Vérifiez l’orthographe, essayez un mot plus général, ou cherchez aussi parmi les actions sans date à venir.';
}

function searchTitle(query: SearchQuery, page: number, pages: number): string {
  const about = query.q ? ` : ${query.q}` : '';
  return `Rechercher une action${about}${pages > 1 ? ` (page ${page} sur ${pages})` : ''}`;
}
