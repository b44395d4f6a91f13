import type { RequestHandler, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';

/** A service that waits for somebody to have signed in. */
export interface AwaitedService {
  name: string;
  /** The address to which the browser goes on, and which its page may therefore post towards. */
  origin: string;
}

declare module '#platform/dependencies.ts' {
  interface Feature {
    /**
     * The registered service that waits behind an address of this site, of those that this protocol knows.
     * @param wanted where the person goes on to, on any host: only its path and its query count
     */
    awaited?(deps: Dependencies, wanted: URL): Promise<AwaitedService | undefined>;
  }
}

/** The pages by whose forms somebody proves who they are, on their way to what they wanted. */
const PAGES = /^\/(connexion(\/.+)?|mon-compte\/(confirmer|double-authentification(\/.+)?))$/;

/**
 * Names the service that waits on those pages, and lets their forms lead there: browsers follow no redirect of a form to
 * an address that the page's policy does not name. Only the origin of that registered service is added.
 */
export function awaitedService(deps: Dependencies): RequestHandler {
  const ways = deps.features.flatMap(({ awaited }) => awaited ?? []);
  return async (req, res, next) => {
    res.locals.awaitedService = undefined;
    if (!PAGES.test(req.path)) return next();
    const { suite, suite_verification } = req.body ?? {};
    const sent = firstOf(suite) || firstOf(suite_verification) || firstOf(req.query.suite as string);
    const wanted = localPath(sent, '');
    if (wanted === '') return next();
    const url = new URL(wanted, deps.config.publicUrl);
    for (const awaited of ways) {
      const found = await awaited(deps, url);
      if (!found) continue;
      res.locals.awaitedService = found.name;
      letFormsLeadTo(res, found.origin);
      break;
    }
    next();
  };
}

/** Lets the forms of a page lead to an origin besides this site. */
export function letFormsLeadTo(res: Response, origin: string): void {
  const policy = String(res.getHeader('Content-Security-Policy'));
  res.setHeader(
    'Content-Security-Policy',
    policy.replace("form-action 'self'", `form-action 'self' ${origin}`),
  );
}
