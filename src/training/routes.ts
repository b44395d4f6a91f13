import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { actionDocumentsSite } from './action-documents/routes.ts';
import { actionListSite } from './actions/list-routes.ts';
import { actionsSite } from './actions/routes.ts';
import { catalogueImportSite } from './import/routes.ts';
import { kindsSite } from './kinds/routes.ts';
import { sessionsSite } from './sessions/routes.ts';
import { settingsSite } from './settings/routes.ts';
import { themesSite } from './themes/routes.ts';

/** « Catalogue »: what the agency manages of ParcoursPro. */
export function agencyCatalogueSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use(
    actionListSite(dependencies),
    actionsSite(dependencies),
    sessionsSite(dependencies),
    actionDocumentsSite(dependencies),
    catalogueImportSite(dependencies),
    kindsSite(dependencies),
    themesSite(dependencies),
    settingsSite(dependencies),
  );
  return site;
}
