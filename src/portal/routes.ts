import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { signInSite } from './sign-in/routes.ts';

/** The portal (SSO): accounts, structures and rights. */
export function portalSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(signInSite(dependencies));
  return site;
}
