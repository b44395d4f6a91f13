import type { Request } from 'express';
import type { GatedRouter } from '../../../access/gate.ts';
import { linkHolder } from '../../../access/policies.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { NotFound } from '../../../platform/errors.ts';
import { affiliationOfLink } from '../../enrolment/notices/digest.ts';
import { oneClick } from '../../one-click.ts';
import { endDigestOf } from './service.ts';

const STOP = '/parcourspro/recapitulatif/arreter/:token';

/** The link of each daily digest that ends them, for whoever has it: a page that asks, and what ends them. */
export function digestLinkRoutes(deps: Dependencies, site: GatedRouter): void {
  const page = (isDone: boolean) => ({
    title: isDone ? 'Récapitulatif arrêté' : 'Arrêter le récapitulatif quotidien',
    section: '',
    isDone,
  });

  site.get(STOP, linkHolder, (req, res) => {
    affiliationOf(deps, req);
    res.set('Cache-Control', 'no-store').render('parcourspro/hr/stop-digest', page(false));
  });

  site.post(STOP, linkHolder, async (req, res) => {
    await endDigestOf(deps, affiliationOf(deps, req));
    res.set('Cache-Control', 'no-store').render('parcourspro/hr/stop-digest', page(true));
  });
}

/** The same link, posted to by a mailbox in one click. */
export const endDigestByMailbox = (deps: Dependencies, site: GatedRouter): void =>
  oneClick(site, STOP, (req) => endDigestOf(deps, affiliationOf(deps, req)));

function affiliationOf({ config }: Dependencies, req: Request): number {
  const id = affiliationOfLink(config.secrets, String(req.params.token));
  if (id === undefined) throw new NotFound();
  return id;
}
