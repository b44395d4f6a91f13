import type { RequestHandler } from 'express';
import { type ProfileRight, profileLabels, profilesOf } from '#access/actor.ts';
import { profileHomes } from './profile/service.ts';

/** The entry of the menu for the space of each profile: its section, its name, its address. */
const spaces: Readonly<Record<ProfileRight, readonly [section: string, label: string, href: string]>> = {
  beneficiary: ['my-space', 'Mon espace personnel', profileHomes.beneficiary],
  hr_validator: ['hr', 'Valideur RH', profileHomes.hr_validator],
  provider: ['provider', 'Prestataire', profileHomes.provider],
};

/** What the pages of ParcoursPro stand in: its layout, its style sheets, and the profiles to choose from. */
export const parcoursProLayout: RequestHandler = (req, res, next) => {
  if (/^\/(parcourspro|condition)(\/|$)/.test(req.path)) {
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
  next();
};
