import type { Request, RequestHandler, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { type Fields, formBody } from '#platform/web/forms/body.ts';
import { type GatedRouter, gatedRouter, serviceCall } from '#platform/web/gate.ts';
import { PARAMETERS } from './end-session.ts';
import { PATHS } from './paths.ts';
import { answerByLibrary } from './provider.ts';

/** How long services may keep what is published; a key is for a day before it is used. */
const FOR_TEN_MINUTES = 'public, max-age=600';

/** OpenID Connect, as services call it themselves. */
export function oidcMachineSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const answer = answerByLibrary(dependencies);
  // Programs are answered in JSON, whatever they say they take.
  const inJson: RequestHandler = (req, _res, next) => {
    req.headers.accept = 'application/json';
    next();
  };
  const published: RequestHandler = (_req, res, next) => {
    res.set('Cache-Control', FOR_TEN_MINUTES);
    next();
  };

  for (const path of [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    PATHS.jwks,
  ])
    site.get(path, serviceCall, inJson, published, answer);
  site.post(PATHS.token, serviceCall, inJson, answer);
  site.post(PATHS.revocation, serviceCall, inJson, answer);
  site.get(PATHS.userinfo, serviceCall, inJson, answer);
  site.post(PATHS.userinfo, serviceCall, inJson, answer);
  // Another site's form has neither our token nor our cookies: what it says is asked once more, by opening the page.
  site.post(PATHS.end_session, serviceCall, ...formBody(), openInstead);
  return site;
}

/** A wish to sign out, which may come as a form (RP-Initiated Logout 1.0, §2), as the address of the page that answers it. */
function openInstead({ body }: Request, res: Response): void {
  const wish = new URLSearchParams();
  for (const name of PARAMETERS)
    for (const value of [(body as Fields)[name] ?? []].flat()) wish.append(name, value);
  res.redirect(303, `${PATHS.end_session}?${wish}`);
}
