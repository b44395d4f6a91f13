import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, newToken, sign, verifySigned } from '#platform/security/secrets.ts';
import { cookieName, cookieOptions } from '#platform/web/cookies.ts';

/** How long an address counts by which somebody is sent to prove who they are. */
const ASKED_FOR_MS = 10 * 60_000;

/**
 * The moments at which somebody was sent to prove who they are, signed, in the address that leads back. Each counts in the
 * browser that was sent, known by a cookie, and for the service that was waiting: nobody is handed another's.
 */
export function askings({ config, clock }: Pick<Dependencies, 'config' | 'clock'>) {
  const secure = config.publicUrl.startsWith('https:');
  const keys = deriveKeys(config.secrets, 'cas renew');
  const cookie = cookieName('cas-way', secure);
  const browserOf = ({ cookies }: Request): string | undefined => {
    const known: unknown = cookies?.[cookie];
    return typeof known === 'string' && /^[\w-]{43}$/.test(known) ? known : undefined;
  };
  const about = (since: number, browser: string, service: string) => `${since} ${browser} ${service}`;
  return {
    /** @returns this moment, as {@link since} takes it */
    begin(req: Request, res: Response, service: string): string {
      const since = clock.now().getTime();
      const browser = browserOf(req) ?? newToken();
      res.cookie(cookie, browser, { ...cookieOptions(secure), maxAge: ASKED_FOR_MS });
      const signed = sign(keys, about(since, browser, service));
      return `${since}${signed.slice(signed.lastIndexOf('.'))}`;
    },
    /** @returns undefined for what was not signed for this browser and this service, and for what was long ago */
    since(req: Request, service: string, given: string): number | undefined {
      const [moment = '', signature] = given.split('.');
      const [since, browser] = [Number(moment), browserOf(req)];
      if (browser === undefined || !(clock.now().getTime() - since <= ASKED_FOR_MS)) return undefined;
      const signed = `${about(since, browser, service)}.${signature}`;
      return verifySigned(keys, signed) === undefined ? undefined : since;
    },
  };
}
