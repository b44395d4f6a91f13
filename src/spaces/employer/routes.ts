import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { decisionList } from './decisions/list.ts';
import { documentRoutes } from './documents/routes.ts';
import { listRoutes } from './lists.ts';
import { peopleList } from './people/list.ts';
import { preferenceRoutes } from './preferences/routes.ts';
import { scheduleList } from './schedule/list.ts';
import { monthRoutes } from './schedule/month-routes.ts';
import { waitingList } from './waiting/list.ts';
import { requestRoutes } from './waiting/request-routes.ts';
import { selectionRoutes } from './waiting/selection-routes.ts';

/**
 * « Valideur RH » (domain.md §8): what waits for a decision, what was decided, who goes where, totals per person, and how
 * the validator wants to be told.
 */
export function hrSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  listRoutes(deps, site, waitingList(deps));
  listRoutes(deps, site, decisionList(deps));
  listRoutes(deps, site, scheduleList(deps));
  listRoutes(deps, site, peopleList(deps));
  selectionRoutes(deps, site);
  requestRoutes(deps, site);
  monthRoutes(deps, site);
  documentRoutes(deps, site);
  preferenceRoutes(deps, site);
  return site;
}
