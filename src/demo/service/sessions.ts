import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Somebody who is signed in here. */
export interface Session {
  protocol: 'cas' | 'oidc';
  /** By what the portal names the visit when it ends: the ticket (CAS), or the sid (OpenID Connect). */
  visit: string;
  user: string;
  /** What was received, as it came. */
  received: Readonly<Record<string, unknown>>;
  /** OpenID Connect asks for it when somebody signs out. */
  idToken?: string;
}

const COOKIE = 'service_demo';

/** The sessions of this service: in memory, as many as a demonstration has. */
export function createSessions() {
  const open = new Map<string, Session>();
  const ended = new Set<string>();
  const idOf = (req: IncomingMessage) => cookieOf(req, COOKIE) ?? '';
  return {
    begin(res: ServerResponse, session: Session): void {
      const id = randomBytes(24).toString('base64url');
      open.set(id, session);
      res.setHeader('Set-Cookie', `${COOKIE}=${id}; HttpOnly; SameSite=Lax; Path=/`);
    },
    of: (req: IncomingMessage): Session | undefined => open.get(idOf(req)),
    /** The portal has ended it: the page says so once more than nothing. */
    wasEnded: (req: IncomingMessage): boolean => ended.has(idOf(req)),
    end(visit: string | undefined): void {
      for (const [id, session] of open) {
        if (session.visit !== visit) continue;
        open.delete(id);
        ended.add(id);
      }
    },
    forget(req: IncomingMessage, res: ServerResponse): void {
      open.delete(idOf(req));
      res.setHeader('Set-Cookie', `${COOKIE}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0`);
    },
  };
}

/** The value of a cookie that came with a request. */
export function cookieOf(req: IncomingMessage, name: string): string | undefined {
  return (req.headers.cookie ?? '')
    .split(/;\s*/)
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
