import type { Request, Response } from 'express';
import type { Config } from '#platform/config.ts';
import { deriveKeys, seal, unseal } from '#platform/security/secrets.ts';
import { cookieName, cookieOptions } from '#platform/web/cookies.ts';
import type { Told, UnderWay } from './client.ts';

/**
 * What a browser keeps for some minutes, sealed: neither a script nor the person reads it, and the application keeps
 * nothing for somebody who is not signed in.
 * @param purpose names the cookie, and its key
 */
function keptInBrowser<T extends object>(
  config: Pick<Config, 'publicUrl' | 'secrets'>,
  purpose: string,
  forMs: number,
) {
  const secure = config.publicUrl.startsWith('https:');
  const keys = deriveKeys(config.secrets, purpose);
  const nameOf = (mark: string) => cookieName(`${purpose}${mark && `-${mark}`}`, secure);
  return {
    /** @param mark tells one from another of the same purpose, in two tabs */
    keep(res: Response, value: T, now: Date, mark = ''): void {
      const sealed = seal(keys, JSON.stringify({ value, until: now.getTime() + forMs }));
      res.cookie(nameOf(mark), Buffer.from(sealed).toString('base64url'), {
        ...cookieOptions(secure),
        maxAge: forMs,
      });
    },
    /** @returns undefined for what is not there, too old, or not sealed by us */
    read(req: Request, now: Date, mark = ''): T | undefined {
      const sent: unknown = req.cookies?.[nameOf(mark)];
      if (typeof sent !== 'string') return undefined;
      try {
        const text = unseal(keys, Buffer.from(sent, 'base64url').toString());
        const { value, until } = JSON.parse(text) as { value: T; until: number };
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
    underWay: keptInBrowser<UnderWay>(config, 'proconnect', 10 * MINUTE),
    told: keptInBrowser<Told>(config, 'proconnect-identity', 30 * MINUTE),
    leaving: keptInBrowser<Leaving>(config, 'proconnect-exit', 10 * MINUTE),
    seal: (idToken: string) => seal(keys, idToken),
    unseal: (sealed: string) => unseal(keys, sealed),
  };
}
