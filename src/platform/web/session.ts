import pgSession from 'connect-pg-simple';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type pg from 'pg';

/** Signed out after this long without a page. */
const IDLE_MS = 2 * 60 * 60 * 1000;
/** Signed out this long after signing in, whatever happens. */
export const ABSOLUTE_MS = 12 * 60 * 60 * 1000;
/** How often a visit is noted: a row written per page would make every GET a write. */
const TOUCH_EVERY_MS = 10 * 60 * 1000;

interface SessionOptions {
  pool: pg.Pool;
  secret: string;
  /** Whether the site is reached by https. */
  secure: boolean;
}

/** Browser sessions kept in PostgreSQL. A visit that stores nothing has no row and gets no cookie. */
export function sessions({ pool, secret, secure }: SessionOptions): RequestHandler {
  const Store = pgSession(session);
  const noted = new Map<string, number>();
  class CalmStore extends Store {
    override touch(sid: string, data: session.SessionData, done?: () => void): void {
      const now = Date.now();
      if (now - (noted.get(sid) ?? 0) < TOUCH_EVERY_MS) {
        done?.();
        return;
      }
      if (noted.size > 10_000) noted.clear();
      noted.set(sid, now);
      super.touch(sid, data, done);
    }
  }
  const name = sessionCookie(secure);
  const open = session({
    name,
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: IDLE_MS },
    store: new CalmStore({ pool, tableName: 'web_sessions', pruneSessionInterval: 15 * 60 }),
  });
  return (req, res, next) =>
    open(req, res, (failure?: unknown) => {
      const sent: unknown = req.cookies?.[name];
      req.sessionHasEnded = typeof sent === 'string' && !sent.startsWith(`s:${req.sessionID}.`);
      next(failure);
    });
}

/** What the cookie that tells the session is called; `secure` as for {@link sessions}. */
export const sessionCookie = (secure: boolean): string => (secure ? '__Host-session' : 'session');

/**
 * Stores the session now. Left to the end of the answer, it is stored while a redirect is already on its way:
 * a quick browser would open the next page with the session of before.
 */
export function saveSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((failure?: unknown) => (failure ? reject(failure) : resolve()));
  });
}

declare global {
  namespace Express {
    interface Request {
      /** The browser came with the cookie of a session that is no more: too old, or ended from elsewhere. */
      sessionHasEnded: boolean;
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    /** When the person signed in, for the absolute limit (milliseconds since 1970). */
    signedInAt: number;
    /** When the person last gave their password, a code or a passkey (milliseconds since 1970). */
    confirmedAt: number;
    /** The passkey that was used in this session, if one was. */
    passkeyId: number;
    /** The password was right and a code is still to come: nobody is signed in yet. */
    secondStep: { userId: number; since: number; mark: string };
    /** Under which right and for which structure the person acts in ParcoursPro. */
    profile: { right: string; structureId: number };
  }
}
