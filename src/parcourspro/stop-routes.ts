import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { digestMails } from './hr/preferences/stop.ts';
import { newDateMails } from './new-sessions/stop.ts';
import { searchAlertMails } from './saved-searches/stop.ts';
import { type StoppableMails, stopByMailbox, stopPage } from './stop-links.ts';

/** Every kind of e-mails that its reader can end by a link of the e-mail. */
const STOPPABLE: readonly StoppableMails[] = [searchAlertMails, digestMails, newDateMails];

/** The pages of these links. */
export function stopLinksSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  for (const mails of STOPPABLE) stopPage(deps, site, mails);
  return site;
}

/** What mailboxes post to by themselves, when somebody presses their « Se désabonner »: before the forms' token is asked for. */
export function mailboxSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  for (const mails of STOPPABLE) stopByMailbox(deps, site, mails);
  return site;
}
