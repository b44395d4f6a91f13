import type { SessionData } from 'express-session';
import type { Config } from '#platform/config.ts';
import { deriveKeys, seal, unseal } from '#platform/security/secrets.ts';
import { keptInBrowser } from '../kept-in-browser.ts';
import type { Told, UnderWay } from './client.ts';

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
