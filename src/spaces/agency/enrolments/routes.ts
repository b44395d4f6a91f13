import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { type DecisionPage, showDecision, takeDecision } from '#enrolment/decision/decision-page.ts';
import { type EnrolmentFile, findEnrolmentFile } from '#enrolment/decision/file.ts';
import { agencyActions } from '#enrolment/decision/more-actions.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { overdueBefore, waitedInWords } from '#requests/waiting.ts';
import { findStructures } from '#structures/search/service.ts';
import { isKeptPlace } from '../departures/rules.ts';
import { changeRoutes } from './change-routes.ts';
import { readFilter, SHORTEST_SEARCH, viewOptions } from './filter.ts';
import { FOUND_AT_MOST, findEnrolments } from './repository.ts';

const deciding = recentlyConfirmed(agency);
const PER_PAGE = 50;
const DEPARTURES = '/agence/departs';

/** Requests for a place, for the agency: it decides where the structure has nobody else to do so. */
export function agencyEnrolmentsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(deps.config);

  site.get('/agence/inscriptions', agency, counted, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const filter = readFilter(req.query as Fields);
    const { q, action, etat } = req.query as Fields;
    const now = deps.clock.now();
    const structures = filter.search === '' ? [] : await findStructures(deps, filter.search);
    const structureIds = structures.map(({ id }) => id);
    const found = await findEnrolments(
      deps.db,
      { ...filter, structureIds },
      { now, overdueBefore: overdueBefore(now) },
      page,
    );
    const typed = searchText(120);
    const values = {
      q: typed.parse(q),
      action: typed.parse(action),
      etat: firstOf(etat),
      seance: String(filter.sessionId ?? ''),
    };
    render(res, 'spaces/agency/enrolments/list', {
      title: 'Demandes d’inscription',
      section: 'agency',
      form: emptyForm(values),
      viewOptions,
      filter,
      isFiltered: Object.values(values).some((value) => value !== ''),
      isTooShort: [values.q, values.action].some((value) => value !== '' && value.length < SHORTEST_SEARCH),
      shortest: SHORTEST_SEARCH,
      requests: found.rows,
      total: Math.min(found.total, FOUND_AT_MOST),
      areMore: found.total > FOUND_AT_MOST,
      waited: (since: Date) => waitedInWords(since, now),
      pagination: page.of(Math.min(found.total, FOUND_AT_MOST)),
    });
  });

  async function fileOf(req: Request): Promise<EnrolmentFile> {
    const file = await findEnrolmentFile(deps.db, { id: idParam(req, 'enrolmentId') });
    if (!file) throw new NotFound();
    return file;
  }
  const pageFor = (req: Request, file: EnrolmentFile): DecisionPage => {
    const now = deps.clock.now();
    const page: DecisionPage = {
      // The agency stands in for whoever is missing: the employer first, then the training body.
      stage: file.history.some((line) => line.to === 'preregistered') ? 'provider' : 'hr',
      action: req.path,
      back: { href: '/agence/inscriptions', label: 'Toutes les demandes d’inscription' },
      section: 'agency',
      sessionHref: `/agence/sessions/${file.sessionId}`,
      more: file.userId === actorOf(req).userId ? [] : agencyActions(file, now),
    };
    if (!isKeptPlace(file, now)) return page;
    const withdraw = `${DEPARTURES}/${file.id}/annuler`;
    return {
      ...page,
      back: { href: DEPARTURES, label: 'Inscriptions après un départ' },
      departure: { keep: `${DEPARTURES}/${file.id}/laisser`, withdraw },
      // Withdrawn from the panel of the departure.
      more: page.more?.filter(({ href }) => href !== `/agence/inscriptions/${file.id}/annuler`),
    };
  };

  // Before the file: « ajouter » is no number.
  changeRoutes(deps, site);

  site.get('/agence/inscriptions/:enrolmentId', deciding, async (req, res) => {
    const file = await fileOf(req);
    await showDecision(deps, res, file, pageFor(req, file));
  });

  site.post('/agence/inscriptions/:enrolmentId', deciding, async (req, res) => {
    const by = { role: 'agency', userId: actorOf(req).userId, way: 'page' } as const;
    const file = await fileOf(req);
    const done = await takeDecision(deps, req, res, file, by, pageFor(req, file));
    if (done === undefined) return;
    res.flash(done);
    res.redirect(303, '/agence/inscriptions');
  });

  return site;
}
