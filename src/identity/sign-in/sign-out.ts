import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { cookieOptions } from '#platform/web/cookies.ts';
import { csrfCookie } from '#platform/web/csrf.ts';
import { sessionCookie } from '#platform/web/session.ts';
import { closeSession } from '../account/browser-sessions/service.ts';
import { passkeyCookie } from './passkey-routes.ts';

declare module '#platform/dependencies.ts' {
  interface Feature {
    /**
     * Where somebody goes on to who signs out here, to sign out of where they came from; asked while the session is there.
     * What is kept for that page is put on the answer.
     * @param next where they go on to afterwards: a page of this site, or a registered address of a service
     */
    wayOut?(deps: Dependencies, req: Request, res: Response, next: string): string | undefined;
  }
}

/**
 * What a browser forgets of the site when somebody signs out: pages that « Back » would show again, and whatever a
 * script kept. Not « cookies »: that would take those of every site of the domain, and the word about signing out.
 */
const LEFT_BEHIND = '"cache", "storage"';

/**
 * Ends the session of a request, if it has one, and leaves nothing of it in the browser. The answer then leads to another
 * page: this request has been told already who was there.
 * @param next where the person wants to go
 * @returns where they go: there, or first to where they sign out too
 */
export async function signOut(
  deps: Dependencies,
  req: Request,
  res: Response,
  next = '/connexion',
): Promise<string> {
  const userId = req.user?.userId;
  const [further] = deps.features.flatMap(({ wayOut }) => wayOut?.(deps, req, res, next) ?? []);
  if (userId !== undefined) await closeSession(deps, req, userId);
  await new Promise<void>((resolve, reject) => {
    const done = (failure?: unknown) => (failure ? reject(failure) : resolve());
    req.logOut((failure) => (failure ? done(failure) : req.session.destroy(done)));
  });
  const secure = deps.config.publicUrl.startsWith('https:');
  for (const name of [sessionCookie(secure), csrfCookie(secure), passkeyCookie(secure)]) {
    res.clearCookie(name, cookieOptions(secure));
  }
  res.set('Clear-Site-Data', LEFT_BEHIND);
  return further ?? next;
}
