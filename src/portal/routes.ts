import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { accountSite } from './account/routes.ts';
import { accountDecisionsSite } from './account-requests/decision-routes.ts';
import { accountRequestsSite } from './account-requests/routes.ts';
import { affiliationsSite } from './affiliations/routes.ts';
import { selectionSite } from './affiliations/selection-routes.ts';
import { departuresSite } from './departures/routes.ts';
import { directorySite } from './directory/routes.ts';
import { forgottenPasswordSite } from './forgotten-password/routes.ts';
import { helpSite } from './help/routes.ts';
import { homeSite } from './home/routes.ts';
import { membershipsSite } from './memberships/routes.ts';
import { newsSite } from './news/routes.ts';
import { passkeysSite } from './passkeys/routes.ts';
import { secondFactorSite } from './second-factor/routes.ts';
import { signInSite } from './sign-in/routes.ts';
import { structureRequestsSite } from './structure-requests/routes.ts';
import { structureSearchSite } from './structure-search/routes.ts';
import { structureUpdatesSite } from './structure-updates/routes.ts';
import { structuresSite } from './structures/routes.ts';

/** The portal (SSO): accounts, structures and rights. */
export function portalSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(
    homeSite(dependencies),
    newsSite(dependencies),
    signInSite(dependencies),
    forgottenPasswordSite(dependencies),
    secondFactorSite(dependencies),
    passkeysSite(dependencies),
    structureSearchSite(dependencies),
    structureRequestsSite(dependencies),
    accountRequestsSite(dependencies),
    accountSite(dependencies),
    structuresSite(dependencies),
    structureUpdatesSite(dependencies),
    accountDecisionsSite(dependencies),
    directorySite(dependencies),
    helpSite(),
    membershipsSite(dependencies),
    affiliationsSite(dependencies),
    selectionSite(dependencies),
    departuresSite(dependencies),
  );
  return site;
}
