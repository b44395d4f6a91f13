import type { Request, RequestHandler } from 'express';
import type { Clock } from '../clock.ts';
import { type Keys, sign, verifySigned } from '../security/secrets.ts';
import { cookieName, cookieOptions } from './cookies.ts';

/** The next page is opened at once: a word kept for longer would be said of something else. */
const SHOWN_WITHIN_MS = 60_000;

/** A word about what has just been done, shown once on the next page. */
export interface Flash {
  kind: 'success' | 'warning';
  text: string;
}

/** As it travels: with its own end, for a cookie can be kept and sent again for ever. */
interface Kept extends Flash {
  /** Milliseconds since 1970. */
  until: number;
}

/** Keeps a {@link Flash} over a redirect in a signed cookie: no session row for it, no forged text, and no old one. */
export function flashMessages(keys: Keys, secure: boolean, clock: Clock): RequestHandler {
  const name = cookieName('flash', secure);
  return (req, res, next) => {
    res.flash = (text, kind = 'success') => {
      const kept: Kept = { kind, text, until: clock.now().getTime() + SHOWN_WITHIN_MS };
      const value = Buffer.from(JSON.stringify(kept)).toString('base64url');
      res.cookie(name, sign(keys, value), { ...cookieOptions(secure), maxAge: SHOWN_WITHIN_MS });
    };
    const raw: unknown = req.cookies[name];
    if (typeof raw === 'string' && req.method === 'GET' && acceptsHtml(req)) {
      const value = verifySigned(keys, raw);
      const kept = value && (JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Kept);
      if (kept && kept.until >= clock.now().getTime()) res.locals.flash = kept;
      res.clearCookie(name, cookieOptions(secure));
    }
    next();
  };
}

const acceptsHtml = (req: Request) => req.accepts(['html', 'json']) === 'html';

declare global {
  namespace Express {
    interface Response {
      /** Says something on the next page that this browser opens. */
      flash(text: string, kind?: Flash['kind']): void;
    }
  }
}
