import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type pg from 'pg';
import { DomainError } from '../errors.ts';
import { cookieName, cookieOptions } from './cookies.ts';
import { SessionStore } from './session-store.ts';

/** Signed out after this long without a page, which the rows tell: the cookie lasts for as long as a session can. */
export const IDLE_MS = 2 * 60 * 60 * 1000;
/** Signed out this long after signing in, whatever happens. */
export const ABSOLUTE_MS = 12 * 60 * 60 * 1000;

interface SessionOptions {
  pool: pg.Pool;
  /** The one that signs, then those that are still read. */
  secrets: string[];
  /** Whether the site is reached by https. */
  secure: boolean;
}

/** Browser sessions kept in PostgreSQL. A visit that stores nothing has no row and gets no cookie. */
export function sessions({ pool, secrets, secure }: SessionOptions): RequestHandler {
  const name = sessionCookie(secure);
  const open = session({
    name,
    secret: secrets,
    resave: false,
    saveUninitialized: false,
    // Sent where the session began, was renewed or changed, not with every answer: one that is late would put the id of
    // before a renewal back into the browser.
    rolling: false,
    cookie: { ...cookieOptions(secure), maxAge: ABSOLUTE_MS },
    store: new SessionStore(pool, IDLE_MS),
  });
  return (req, res, next) =>
    open(req, res, (failure?: unknown) => {
      const sent: unknown = req.cookies?.[name];
      req.sessionHasEnded = typeof sent === 'string' && !sent.startsWith(`s:${req.sessionID}.`);
      next(failure);
    });
}

/** What the cookie that tells the session is called; `secure` as for {@link sessions}. */
export const sessionCookie = (secure: boolean): string => cookieName('session', secure);

/**
 * Stores the session now. Left to the end of the answer, it is stored while a redirect is already on its way:
 * a quick browser would open the next page with the session of before.
 */
export function saveSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((failure?: unknown) => (failure ? reject(failure) : resolve()));
  });
}

/** Whether the request came with a session that had its row when it was read. */
export const cameWithSession = (req: Request): boolean =>
  req.session !== undefined && (req.sessionStore as unknown as SessionStore).hasStored(req.session);

/** The session was ended, from elsewhere, while a request of it was under way that goes no further. */
export class SessionOver extends DomainError {
  override name = 'SessionOver';
  constructor() {
    super(
      403,
      'Votre session est fermée',
      'Elle vient d’être fermée depuis un autre appareil. Connectez-vous de nouveau, puis vérifiez ce qui a été enregistré.',
    );
    this.leadingTo('/connexion', 'Se connecter');
  }
}

/**
 * Goes on under another session id: one that leaked before is worth nothing. Pages opened before still work, as their
 * forms are bound to the sign-in.
 * @param changes of what the session holds, written with it
 * @throws SessionOver when the session was ended meanwhile
 */
export async function renewSession(req: Request, changes: Partial<session.SessionData> = {}): Promise<void> {
  const store = req.sessionStore as unknown as SessionStore;
  if (!(await store.renew(req, changes))) throw new SessionOver();
}

/**
 * Notes what was just given to prove who somebody is, and renews the session id.
 * @param passkeyId the passkey, if one was given
 * @throws SessionOver when the session was ended meanwhile
 */
export function noteProofs(
  req: Request,
  at: Date,
  given: readonly Proof[],
  passkeyId?: number,
): Promise<void> {
  return renewSession(req, {
    proofs: { ...req.session.proofs, ...datedProofs(at, given) },
    ...(passkeyId === undefined ? {} : { passkeyId }),
  });
}

/** Takes back what no longer proves anything, as what it came from is gone, and renews the session id likewise. */
export function forgetProofs(req: Request, gone: readonly Proof[]): Promise<void> {
  const left = Object.entries(req.session.proofs ?? {}).filter(([proof]) => !gone.includes(proof as Proof));
  return renewSession(req, { proofs: Object.fromEntries(left) });
}

/** What was given at a moment, as a session keeps it. */
export const datedProofs = (at: Date, given: readonly Proof[]): DatedProofs =>
  Object.fromEntries(given.map((proof) => [proof, at.getTime()]));

declare global {
  namespace Express {
    interface Request {
      /** The browser came with the cookie of a session that is no more: too old, or ended from elsewhere. */
      sessionHasEnded: boolean;
    }
  }
}

/**
 * What somebody can give to prove who they are: a code is one of their application; ProConnect says who they are, and
 * whether they gave a second factor there.
 */
export type Proof = 'password' | 'code' | 'recovery_code' | 'passkey' | 'proconnect' | 'proconnect_mfa';

/**
 * What was given, and when last (milliseconds since 1970); 0 where that is not known, so that it is late enough for nothing.
 */
export type DatedProofs = Partial<Record<Proof, number>>;

declare module 'express-session' {
  interface SessionData {
    /** When the person signed in, for the absolute limit (milliseconds since 1970). */
    signedInAt: number;
    /** Names this sign-in, under whatever session id it goes on: random, and it opens nothing. */
    signInId: string;
    /** That of the person when the session was opened, or went on while the others ended (`users.session_generation`). */
    generation: number;
    /** What proves in this session who the person is. */
    proofs: DatedProofs;
    /** The passkey that was used last in this session, if one was. */
    passkeyId: number;
    /** The password was right and a code is still to come: nobody is signed in yet. */
    secondStep: {
      userId: number;
      generation: number;
      since: number;
      mark: string;
      /** What was given before, where it was not the password. */
      given?: Proof[];
      /** What the session is to hold once it is open. */
      kept?: Partial<SessionData>;
    };
    /** Under which right and for which structure the person acts in ParcoursPro. */
    profile: { right: string; structureId: number };
    /** For which structure the person acts in RafaelPro. */
    rafaelStructureId: number;
  }
}
