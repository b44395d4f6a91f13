import type { Request, RequestHandler } from 'express';

/** Pages for everybody: those that a search engine may show. */
const PUBLIC =
  /^\/(|connexion|account-requests\/add|referencement|aide(\/[^/]+)?|parcourspro(\/(actions(\/[^/]+)?|condition|a-propos|contact))?)$/;
/** Begins what nobody opens without an account: nothing there for a robot to read. */
const PRIVATE = [
  '/agence',
  '/mon-compte',
  '/mes-structures',
  '/annuaire',
  '/actualites',
  '/parcourspro/mon-espace',
  '/parcourspro/valideur',
  '/parcourspro/prestataire',
  '/parcourspro/favoris',
  '/parcourspro/recherches',
];

/**
 * Keeps out of search engines every page that is not everybody's: links received by e-mail above all, which hold a
 * secret. They may be read, or a robot would not see that they must not be kept.
 */
export function keepFromRobots(): RequestHandler {
  return (req, res, next) => {
    if (!mayBeFound(req)) res.set('X-Robots-Tag', 'noindex');
    next();
  };
}

/** Filters of the catalogue are pages, with one address each; words somebody typed are not, nor is the way on after sign-in. */
function mayBeFound({ path, query }: Request): boolean {
  if (!PUBLIC.test(path)) return false;
  return path === '/parcourspro/actions' ? !query.q : Object.keys(query).length === 0;
}

/** `robots.txt`. @param publicUrl without a trailing slash */
export const robotsText = (publicUrl: string): string =>
  [
    'User-agent: *',
    ...PRIVATE.map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${publicUrl}/sitemap.xml`,
    '',
  ].join('\n');
