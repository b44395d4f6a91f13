import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { kindsSite } from './kinds/routes.ts';
import { settingsSite } from './settings/routes.ts';
import { themesSite } from './themes/routes.ts';

/** « Catalogue »: what the agency manages of ParcoursPro. */
export function agencyCatalogueSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.get('/agence/catalogue', agency, (_req, res) =>
    res.render('agency/catalogue/home', { title: 'Catalogue', section: 'agency' }),
  );
  site.use(kindsSite(dependencies), themesSite(dependencies), settingsSite(dependencies));
  return site;
}
