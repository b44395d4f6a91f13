import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { accountDecisionsSite } from './account-requests/decision-routes.ts';
import { accountRequestsSite } from './account-requests/routes.ts';
import { forgottenPasswordSite } from './forgotten-password/routes.ts';
import { homeSite } from './home/routes.ts';
import { secondFactorSite } from './second-factor/routes.ts';
import { signInSite } from './sign-in/routes.ts';
import { structureSearchSite } from './structure-search/routes.ts';
import { structuresSite } from './structures/routes.ts';

/** The portal (SSO): accounts, structures and rights. */
export function portalSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(
    homeSite(dependencies),
    signInSite(dependencies),
    forgottenPasswordSite(dependencies),
    secondFactorSite(dependencies),
    structureSearchSite(dependencies),
    accountRequestsSite(dependencies),
    structuresSite(dependencies),
    accountDecisionsSite(dependencies),
  );
  return site;
}
