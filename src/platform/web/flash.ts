import type { Request, RequestHandler } from 'express';
import { sign, verifySigned } from '../security/secrets.ts';

const COOKIE = 'flash';

/** A word about what has just been done, shown once on the next page. */
export interface Flash {
  kind: 'success' | 'warning';
  text: string;
}

/** Keeps a {@link Flash} over a redirect in a signed cookie: no session row for it, and no forged text. */
export function flashMessages(key: Buffer, secure: boolean): RequestHandler {
  return (req, res, next) => {
    res.flash = (text, kind = 'success') => {
      const value = Buffer.from(JSON.stringify({ kind, text } satisfies Flash)).toString('base64url');
      res.cookie(COOKIE, sign(key, value), { httpOnly: true, sameSite: 'lax', secure, maxAge: 60_000 });
    };
    const raw: unknown = req.cookies[COOKIE];
    if (typeof raw === 'string' && req.method === 'GET' && acceptsHtml(req)) {
      const value = verifySigned(key, raw);
      if (value) res.locals.flash = JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Flash;
      res.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax', secure });
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
