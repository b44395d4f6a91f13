import type { Request, Response } from 'express';
import type { SessionData } from 'express-session';
import type { Config } from '#platform/config.ts';
import { deriveKeys, seal, unseal } from '#platform/security/secrets.ts';
import { cookieName, cookieOptions } from '#platform/web/cookies.ts';
import type { Told, UnderWay } from './client.ts';

/** Browsers drop a cookie that is longer, without a word: its name, the sign between, and its value. */
const LONGEST_COOKIE = 4096;

/** Sealed text in characters that a cookie takes as they are; it opens as it is. */
const forCookie = (sealed: string) => sealed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/**
 * What a browser keeps for some minutes, sealed: neither a script nor the person reads it, and the application keeps
 * nothing for somebody who is not signed in.
 * @param purpose names the cookie, and its key
 * @param shortened what is kept instead of a value that is too long for a cookie
 */
function keptInBrowser<T extends object>(
  config: Pick<Config, 'publicUrl' | 'secrets'>,
  purpose: string,
  forMs: number,
  shortened: (value: T) => T,
) {
  const secure = config.publicUrl.startsWith('https:');
  const keys = deriveKeys(config.secrets, purpose);
  const nameOf = (mark: string) => cookieName(`${purpose}${mark && `-${mark}`}`, secure);
  return {
    /** @param mark tells one from another of the same purpose, in two tabs */
    keep(res: Response, value: T, now: Date, mark = ''): void {
      const name = nameOf(mark);
      const sealed = (one: T) =>
        forCookie(seal(keys, JSON.stringify({ value: one, until: now.getTime() + forMs })));
      const whole = sealed(value);
      const fits = name.length + 1 + whole.length <= LONGEST_COOKIE;
      res.cookie(name, fits ? whole : sealed(shortened(value)), { ...cookieOptions(secure), maxAge: forMs });
    },
    /** @returns undefined for what is not there, too old, or not sealed by us */
    read(req: Request, now: Date, mark = ''): T | undefined {
      const sent: unknown = req.cookies?.[nameOf(mark)];
      if (typeof sent !== 'string') return undefined;
      try {
        const { value, until } = JSON.parse(unseal(keys, sent)) as { value: T; until: number };
        return until > now.getTime() ? value : undefined;
      } catch {
        return undefined;
      }
    },
    forget(res: Response, mark = ''): void {
      res.clearCookie(nameOf(mark), cookieOptions(secure));
    },
  };
}

const MINUTE = 60_000;

/** A way out by ProConnect. */
interface Leaving {
  /** Until ProConnect has been given it. */
  idToken?: string;
  state: string;
  /** Where the browser goes on to, once it is back. */
  next: string;
}

/** What ProConnect needs of the browser: the sign-ins under way, who was named, and the way out. */
export function keptHere(config: Pick<Config, 'publicUrl' | 'secrets'>) {
  const keys = deriveKeys(config.secrets, 'proconnect session');
  return {
    /** The sign-ins under way; from one whose page has too long an address, people come back to « Accueil ». */
    underWay: keptInBrowser<UnderWay>(config, 'proconnect', 10 * MINUTE, (one) => ({ ...one, next: '/' })),
    told: keptInBrowser<Told>(config, 'proconnect-identity', 30 * MINUTE, (one) => ({ ...one, idToken: '' })),
    leaving: keptInBrowser<Leaving>(config, 'proconnect-exit', 10 * MINUTE, (one) => ({
      ...one,
      next: '/connexion',
    })),
    /** What the session is to hold, for the person to sign out there too. */
    session: ({ idToken }: Told): Partial<SessionData> =>
      idToken === '' ? {} : { proconnect: seal(keys, idToken) },
    unseal: (sealed: string) => unseal(keys, sealed),
  };
}

declare module 'express-session' {
  interface SessionData {
    /** The ID token of the sign-in, sealed: ProConnect asks for it when somebody signs out. */
    proconnect: string;
  }
}
