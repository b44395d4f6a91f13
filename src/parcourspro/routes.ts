import { profileLabels, profilesOf } from '../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../access/gate.ts';
import type { Dependencies } from '../platform/dependencies.ts';
import { catalogueSite } from './catalogue/routes.ts';
import { documentsSite } from './documents/routes.ts';
import { enrolmentSite } from './enrolment/routes.ts';
import { favouritesSite } from './favourites/routes.ts';
import { figuresSite } from './figures/routes.ts';
import { hrSite } from './hr/routes.ts';
import { mySpaceSite } from './my-space/routes.ts';
import { newSessionsSite } from './new-sessions/routes.ts';
import { profileSite } from './profile/routes.ts';
import { providerSite } from './provider/routes.ts';
import { savedSearchesSite } from './saved-searches/routes.ts';
import { seatWatchesSite } from './seat-watches/routes.ts';
import { stopLinksSite } from './stop-routes.ts';
import { surveyAnsweringSite } from './surveys/answering/routes.ts';
import { surveyResultsSite } from './surveys/results/routes.ts';

/** ParcoursPro: the catalogue, the requests for a place, and the space of each profile. */
export function parcoursProSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.use((req, res, next) => {
    if (/^\/(parcourspro|condition)(\/|$)/.test(req.path)) {
      res.locals.layout = 'parcourspro';
      res.locals.styles = ['css/spaces.css', 'css/charts.css'];
      res.locals.profileLabels = profileLabels;
      res.locals.profiles = req.user ? profilesOf(req.user) : [];
    }
    next();
  });
  site.use(profileSite(dependencies));
  site.use(catalogueSite(dependencies));
  site.use(enrolmentSite(dependencies));
  site.use(mySpaceSite(dependencies));
  site.use(hrSite(dependencies));
  site.use(providerSite(dependencies));
  site.use(documentsSite(dependencies));
  site.use(favouritesSite(dependencies));
  site.use(newSessionsSite(dependencies));
  site.use(savedSearchesSite(dependencies));
  site.use(seatWatchesSite(dependencies));
  site.use(surveyAnsweringSite(dependencies));
  site.use(surveyResultsSite(dependencies));
  site.use(figuresSite(dependencies));
  site.use(stopLinksSite(dependencies));
  return site;
}
