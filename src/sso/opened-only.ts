import type { RequestHandler } from 'express';

/** These addresses write when they are opened, as their protocols have it: whoever only looks (HEAD) changes nothing. */
export const openedOnly: RequestHandler = (req, res, next) => {
  if (req.method === 'GET') return next();
  res.set('Allow', 'GET').status(405).end();
};
