import type { Request, RequestHandler } from 'express';

/**
 * Keeps out of search engines every page that is not {@link findable}: links received by e-mail above all, which hold a
 * secret. They may be read, or a robot would not see that they must not be kept.
 */
export const keepFromRobots: RequestHandler = (_req, res, next) => {
  res.set('X-Robots-Tag', 'noindex');
  next();
};

const isBare = (query: Request['query']) => Object.keys(query).length === 0;

/** The router opens a page in capitals too, and with a « / » more at its end: those are not other pages. */
const isAsWritten = (path: string) => path === '/' || (!path.endsWith('/') && path === path.toLowerCase());

/**
 * In the route of a page that is everybody's: search engines may show it.
 * @param isPage whether an address with this query is a page of its own; left out, none is but the one without
 */
export const findable =
  (isPage: (query: Request['query']) => boolean = isBare): RequestHandler =>
  (req, res, next) => {
    if (isAsWritten(req.path) && isPage(req.query)) res.removeHeader('X-Robots-Tag');
    next();
  };
