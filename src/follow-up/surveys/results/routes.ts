import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs, refuseOrOffer } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { resultsCsv, withCharts } from './presentation.ts';
import { getSessionResults, listSurveyedSessions } from './service.ts';

const SESSIONS_PER_PAGE = 20;

/** What the participants of a training body's sessions thought of them. */
export function surveyResultsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('provider');
  const providerId = (req: Request) => actorOf(req).profile?.structureId ?? 0;
  const page = '/parcourspro/prestataire/questionnaires';

  site.get(page, policy, async (req, res) => {
    const wanted = pageOf(req.query, SESSIONS_PER_PAGE);
    const sessions = await listSurveyedSessions(deps, { providerId: providerId(req) }, wanted);
    render(res, 'follow-up/surveys/list', {
      title: 'Questionnaires de satisfaction',
      section: 'provider',
      sessions,
      page,
      pagination: wanted.of(sessions[0]?.total ?? 0),
    });
  });

  const resultsOf = async (req: Request, all = false) => {
    const results = await getSessionResults(deps, idParam(req, 'surveyedId'), { all });
    if (results.providerId !== providerId(req)) refuseOrOffer(req, 'provider', results.providerId);
    return results;
  };

  site.get(`${page}/:surveyedId`, policy, async (req, res) => {
    const results = await resultsOf(req);
    render(res, 'follow-up/surveys/session', {
      title: 'Résultats du questionnaire',
      section: 'provider',
      results,
      questions: withCharts(results),
      back: { href: page, label: 'Questionnaires de satisfaction' },
      csvPath: `${page}/${results.sessionId}/resultats.csv`,
    });
  });

  site.get(`${page}/:surveyedId/resultats.csv`, policy, async (req, res) => {
    const results = await resultsOf(req, true);
    res
      .attachment(`questionnaire-session-${results.sessionId}.csv`)
      .type('text/csv')
      .send(resultsCsv(results));
  });

  return site;
}
