import type { Request, RequestHandler, Response } from 'express';
import { type ProfileRight, profileLabels, profilesOf } from '#access/actor.ts';
import { choiceOf, rafaelSeat, rafaelSeatsOf } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { entriesFor } from '#rafael/entry.ts';
import { profileHomes } from './profile/service.ts';

/** The entry of the menu for the space of each profile: its section, its name, its address. */
const spaces: Readonly<Record<ProfileRight, readonly [section: string, label: string, href: string]>> = {
  beneficiary: ['my-space', 'Mon espace personnel', profileHomes.beneficiary],
  hr_validator: ['hr', 'Valideur RH', profileHomes.hr_validator],
  provider: ['provider', 'Prestataire', profileHomes.provider],
};

/** What the pages of ParcoursPro and of RafaelPro stand in, each their own; the others stand in the portal's. */
export function siteLayout({ features }: Pick<Dependencies, 'features'>): RequestHandler {
  const rafael = rafaelLayout(features);
  return (req, res, next) => {
    if (/^\/(parcourspro|condition)(\/|$)/.test(req.path)) parcoursProLayout(req, res);
    if (/^\/rafaelpro(\/|$)/.test(req.path)) rafael(req, res);
    next();
  };
}

/** Its layout, its style sheets, and the profiles to choose from. */
function parcoursProLayout(req: Request, res: Response): void {
  res.locals.layout = 'parcourspro';
  res.locals.styles = ['css/spaces.css', 'css/charts.css'];
  res.locals.profileLabels = profileLabels;
  res.locals.ownSpace = req.user?.profile && spaces[req.user.profile.right];
  // A bénéficiaire stays on the page, which is that of an action more often than not.
  res.locals.profiles = (req.user ? profilesOf(req.user) : []).map((profile) => ({
    ...profile,
    leadsTo: profile.right === 'beneficiary' ? req.path : profileHomes[profile.right],
  }));
}

/** Its layout, its style sheets, the menu that the person has there, and for which structure they act. */
function rafaelLayout(features: Dependencies['features']): (req: Request, res: Response) => void {
  const declared = features.flatMap((feature) => feature.rafael ?? []);
  return (req, res) => {
    const seat = req.user && rafaelSeat(req);
    const isAgencyManager = req.user?.isAgencyManager ?? false;
    res.locals.layout = 'rafaelpro';
    res.locals.styles = ['css/spaces.css', 'css/rafael.css'];
    res.locals.seat = seat;
    res.locals.seats = req.user ? rafaelSeatsOf(req.user) : [];
    // From the page of something that the other structure has not, one would come to nothing.
    res.locals.changeSeatHref = choiceOf();
    res.locals.menu = [
      ...(req.user ? [['rafael-home', 'Accueil', '/rafaelpro']] : []),
      ...entriesFor(declared, seat, isAgencyManager).map(({ section, label, href }) => [
        section,
        label,
        href,
      ]),
      ...(isAgencyManager ? [['agency', 'Agence', '/agence/rafaelpro']] : []),
      ['portal', 'Portail', '/'],
    ];
  };
}
