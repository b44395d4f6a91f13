import { parse } from 'cookie';
import type { CookieOptions, RequestHandler } from 'express';

/**
 * Reads the cookies of a request as the texts that they are. Anybody can send any: none is decoded further here, and
 * one that cannot be decoded is left as it came.
 */
export function cookies(): RequestHandler {
  return (req, _res, next) => {
    req.cookies = parse(req.headers.cookie ?? '');
    next();
  };
}

/**
 * What a cookie of ours is called. By https it bears `__Host-`: a browser then takes it from this host only, whole site
 * and by https, and no neighbour of the same domain can put another in its place.
 * @param secure whether the site is reached by https
 */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

/** What every cookie of ours has: no script reads it, no other site has it sent with a form. */
export const cookieOptions = (secure: boolean): CookieOptions & { path: string; sameSite: 'lax' } => ({
  httpOnly: true,
  sameSite: 'lax',
  secure,
  path: '/',
});
