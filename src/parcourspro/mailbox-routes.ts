import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { endDigestByMailbox } from './hr/preferences/digest-link.ts';
import { endAlertsByMailbox } from './saved-searches/routes.ts';

/** What mailboxes post to by themselves, when somebody presses their « Se désabonner »: before the forms' token is asked for. */
export function mailboxSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  endAlertsByMailbox(deps, site);
  endDigestByMailbox(deps, site);
  return site;
}
