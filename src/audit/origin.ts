import { AsyncLocalStorage } from 'node:async_hooks';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/** Where what happens comes from: a request, with who made it when they are signed in. */
export interface Origin {
  userId: number | null;
  ip: string | null;
  requestId: string | null;
}

const current = new AsyncLocalStorage<Origin>();

/** Remembers where each request comes from, for the entries that it leaves in the audit journal. */
export function rememberOrigin(): RequestHandler {
  return (req, _res, next) => {
    const origin = {
      userId: req.user?.userId ?? null,
      ip: addressOf(req.ip),
      requestId: String(req.id ?? ''),
    };
    current.run(origin, next);
  };
}

// IPv4 as such, also where the server listens on IPv6. A proxy may say anything: what is no address is left out.
function addressOf(ip = ''): string | null {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(plain) ? plain : null;
}

/** Does some work as if it came from there: what somebody asked for earlier, and is done by a job only now. */
export const withOrigin = <T>(origin: Origin, work: () => Promise<T>): Promise<T> =>
  current.run(origin, work);

/** Where the code that calls comes from; undefined in a job, which nobody asked for at that moment. */
export const originOf = (): Origin | undefined => current.getStore();
