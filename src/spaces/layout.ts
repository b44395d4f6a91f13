import type { RequestHandler } from 'express';
import { profileLabels, profilesOf } from '#access/actor.ts';

/** What the pages of ParcoursPro stand in: its layout, its style sheets, and the profiles to choose from. */
export const parcoursProLayout: RequestHandler = (req, res, next) => {
  if (/^\/(parcourspro|condition)(\/|$)/.test(req.path)) {
    res.locals.layout = 'parcourspro';
    res.locals.styles = ['css/spaces.css', 'css/charts.css'];
    res.locals.profileLabels = profileLabels;
    res.locals.profiles = req.user ? profilesOf(req.user) : [];
  }
  next();
};
