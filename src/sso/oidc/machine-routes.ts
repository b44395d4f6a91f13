import type { RequestHandler } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter, serviceCall } from '#platform/web/gate.ts';
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
  return site;
}
