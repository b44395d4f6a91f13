import type { RequestHandler } from 'express';
import type { Clock } from '../../clock.ts';

/** What every page may need to know of the request that it answers. */
export function pageContext({ clock }: { clock: Clock }): RequestHandler {
  return (req, res, next) => {
    res.locals.actor = req.user;
    res.locals.path = req.path;
    res.locals.originalUrl = req.originalUrl;
    res.locals.now = clock.now();
    next();
  };
}
